package t
p.q := 1
p.q.r := 2
p.q.r.s := 3
p.q["x y"] := 3
p.q[1].z := 3
p.q.f(x) := x
p.q.w contains 1
