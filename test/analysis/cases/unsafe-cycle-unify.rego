package t
p if { x = y; y = z; z = x }
