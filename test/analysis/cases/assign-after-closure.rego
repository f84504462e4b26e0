package t
p if { y := [x | x = 1]; x := 2; y }
