package t
p if { some x, y, z; input.y[y] }
