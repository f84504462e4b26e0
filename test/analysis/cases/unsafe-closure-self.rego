package t
p if { x = [y | y = x] }
