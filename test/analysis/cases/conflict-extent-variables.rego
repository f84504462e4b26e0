package t
p := 1
p.q := 2
p.q := 3
p.r[x] := 4 if x := "y"
p.r[x] := 4 if x := "y"
p.s[x] := 4 if x = "y"
p.s[x] := 4 if x = "y"
