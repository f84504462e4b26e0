package t
p if { count := 1; y := count([1]) + 1; y }
