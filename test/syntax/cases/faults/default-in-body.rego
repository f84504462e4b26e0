package a
p if { default x := 1 }
