package a
p if { x in }
