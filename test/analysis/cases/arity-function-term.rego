package t
f(x) := x
p := f(1, 2)
