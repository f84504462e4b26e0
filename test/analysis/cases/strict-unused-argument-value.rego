package t
f(x, y) := x if y
