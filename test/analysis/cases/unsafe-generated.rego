package t
p if { not f(g(input.x)[i]) }
f(x) := x
g(x) := x
