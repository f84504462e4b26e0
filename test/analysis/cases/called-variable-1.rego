package t
p if { count([1], x); count = [x] }
