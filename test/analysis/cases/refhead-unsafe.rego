package t
p[input.x][y] := 1 if input.z
