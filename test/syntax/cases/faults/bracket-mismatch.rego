package a
p if { x[0) }
