package t
p if { count([1]) := 2 }
