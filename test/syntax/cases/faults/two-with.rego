package a
p if { x with input as 1 with }
