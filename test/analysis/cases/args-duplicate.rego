package t
f(x, x) := x
g(x) := x if f(x, x)
