package t
p if { x := 1; y := [x | x := 2]; y }
