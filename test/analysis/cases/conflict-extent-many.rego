package t
p := 1
p.q := 2
p.r.s := 3
p.r[x] := 4 if x := "y"
