package t
p := x if { x := 1; y := 2 }
