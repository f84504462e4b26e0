package a
p if { not not x }
