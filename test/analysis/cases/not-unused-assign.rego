package t
import future.keywords.not
p if { not { x := 1; y := 2; y == 2 } }
