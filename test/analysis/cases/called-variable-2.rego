package t
p if { x = count([1]); count = [x] }
