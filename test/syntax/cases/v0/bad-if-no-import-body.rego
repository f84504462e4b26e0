package a
p if { true }
