package a
default p := 1 if { true }
