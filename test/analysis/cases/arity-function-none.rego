package t
f(x, y) := x
p if { x := f(1); x }
