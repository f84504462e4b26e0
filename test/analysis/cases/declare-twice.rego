package t
p if { some x, x; input[x] }
