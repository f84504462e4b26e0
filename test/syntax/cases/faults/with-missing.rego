package a
p if { x with }
