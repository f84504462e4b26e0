package t
f(x) := f(x - 1)
