package a
p if { x with 1 as 2 }
