package a
p if { with input as 2 }
