package t
p if { 1, x in [1, 2] }
