package t
p if { input[x]; some x; input.y[x] }
