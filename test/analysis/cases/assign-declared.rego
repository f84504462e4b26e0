package t
p if { some x; x := 2 }
