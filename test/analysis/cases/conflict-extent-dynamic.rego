package t
p.q := 1
p.q[x].y := 2 if x := "a"
