package t
p contains x if { some x, y; input[x] }
