package t
p if f(1) with f as 1
f(x) := x
