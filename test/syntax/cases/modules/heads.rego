package heads

a := 1
b = 2
c := 3 if true
d if true
e contains 1
f contains x if some x in [1]
g[x] := x if some x in [1]
h.i := 1
h.j.k if true
l[x].m if x := 1
n[x].o contains y if { x := 1; y := 2 }
p["q r"] := 1
p[1] := 2
q[input.x] if true
r [x] if x := 1
s [ x ] := 2 if x := 1
t.u[v].w[x] := y if { v := 1; x := 2; y := 3 }
default z := 1
default y = {"a": [1, null, true, "x"], "b": set(), "c": {1}}
default x.y := 1
default fn(_, _) := 1
default fn2(a, b) = 2
not_a if not a
