package a
p contains x := 1 if { true }
