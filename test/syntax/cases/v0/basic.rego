package a

import data.x

p { true }
p = 1 { true }
p := 1 { true }
q[x] { x := 1 }
q["a"] = 1 { true }
q.b = 1
q.c { true }
q["d"]
q[x] = y { x := 1; y := 2 }
f(x) { x }
f(x) = y { y := x }
f(x) = 1 { x } else = 2 { not x } else = 3
g { true } { false }
h[x] { x := 1 } { x := 2 }
i { x } else { y } else = 3
default j = 1
default k := 2
l.m.n = 1
l.m.o { true }
l[x].y { x := 1 }
m = x { x := 1 }
n { some x; y[x] }
o { x = 1; not y with input as 1 }
r { if := 1; in = 2; contains(x, y); every.x }
if = 1
contains { true }
s { x := {y | y} }
t { {x} }
u[[x, y]] { x; y }
v(x, y) = z { z = x + y } { z = 1 }
w[_] { true }
