package t
p[1] := 1
p := 2
