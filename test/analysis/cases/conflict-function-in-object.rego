package t
p[x] := 2 if x := "z"
p.q.f(x) := 3
