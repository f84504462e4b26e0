package a
p if { x with f(1) as 2 }
