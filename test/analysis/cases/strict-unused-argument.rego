package t
f(x, y) := x
