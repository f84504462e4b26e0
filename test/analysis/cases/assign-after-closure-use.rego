package t
p if { y := [1 | x == 1]; x := 2; y }
