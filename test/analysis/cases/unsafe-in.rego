package t
p if { x in [1, 2] }
