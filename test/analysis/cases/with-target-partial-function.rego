package t
p if data.t.f with data.t.f.r as 1
f(x) := x
