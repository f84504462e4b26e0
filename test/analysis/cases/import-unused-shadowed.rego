package t
import data.a.x
p if { x := 1; x == 1 }
