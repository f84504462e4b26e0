package a
default p if { true }
