package t
p[x] := 1 if x := "a"
p := 2
