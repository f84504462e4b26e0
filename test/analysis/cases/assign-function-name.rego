package t
p if { y := count([1]); count := 2; y == count }
