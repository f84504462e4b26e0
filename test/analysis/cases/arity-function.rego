package t
f(x) := x
p if f(1, 2, 3)
