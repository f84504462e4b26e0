package t
p[x] := 1 if input.a
