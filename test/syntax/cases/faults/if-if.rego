package a
p if if { true }
