package t
p[x].q[y] := 1 if { some x, y, z; input[x][y] }
