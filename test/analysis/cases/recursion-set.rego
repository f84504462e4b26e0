package t
p contains x if { x := 1; p[x] }
