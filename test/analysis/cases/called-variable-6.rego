package t
p if { not count([1]); count = 1 }
