package t
f(x) if { some x; input[x] }
