package fns


f(x) := y if { y := 
	x }
f(x, y) = z if z := x + y
f([x, # e74
 { # e31
"a": y}, _], "str", 1, null) := [x, y]
f(_)
g(x) # t88 
h(x) if x > 1
h(
x) := 2 if { x > 1 } else := 3 
	if { x < 1 } else := 4
k(x) if { x } else if { not x } # t56 
l(x,) := 1
# c1
m() := 1

n.o(x) := 1
n.o.p(x) if true # t24 
n.o.p(x) := 1 if true
q(x) = 1 if { x == 1 } else = 2

r(x
) := {1 | x} if true
