package a
p contains x if { x := 1 }
