package a
p if { x with "x" as 2 }
