package t
p if { x = [y | y = count([1])]; count = 1 }
