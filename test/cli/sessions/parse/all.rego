package a.b["c-d"]
import data.foo as bar
import rego.v1
default x := 1
f(a, [b, _]) := c if { c := a + b } else := 3
p contains k if { some k, v in input.x; not v; every z in v { z > 1 }; some q; q = 1 }
r[x].y := [1, {2}, {"a": null}, "s", true]
c := [x | x := 1]
d := {x: 2 | x := 1}
e := {x | x := 1}
t := $"a{x}b"
w if not f(1,[2,3]) with input.a as 1 with data.z as {}
