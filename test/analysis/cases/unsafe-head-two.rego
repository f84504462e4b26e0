package t
p[x][y] := z if input.a
