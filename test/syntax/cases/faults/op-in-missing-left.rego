package a
p if { in x }
