package a
p[x].y if { x := 1 } else := 2
