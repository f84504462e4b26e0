package t
p if { some x; input[x]; some x; input[x] }
