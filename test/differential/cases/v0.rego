# Modules in Rego v0.
# case: rules
# v0
p { true }
q = 1 { true }
r := 2
s = [1, 2]
t[x] { x := 1 }
u[x] = y { x := "a"; y := 1 }
v(x) = y { y := x }
w { v(1) == 1 } else = "e" { true }
y = v(2)
z { not false }
# case: partial sets and objects
# v0
p[1]
p[2]
q["a"] = 1
q[x] = 2 { x := "b" }
r[x] { p[x]; x > 1 }
s["k"]
t.a = 1
t.b = 2
u.a.b { true }
# case: defaults and else
# v0
default p = false
p { input.x } else = 2 { input.y }
default f(_) = 0
f(x) = 1 { x > 1 }
q = [f(0), f(2)]
# input: {"y": true}
# case: rules without if may stack
# v0
p = 1 { false } { true }
q[x] { x := 1 } { x := 2 }
f(x) = y { x == 1; y := "one" } { x == 2; y := "two" }
r = [f(1), f(2)]
# case: if and contains are names
# v0
if = 1
contains(x, y) { x == y }
p { contains(1, 1) }
every = 2
in = 3
q = [if, every, in]
# case: future keywords
# v0
package test
import future.keywords
p if { 1 in [1] }
q contains x if { some x in [1, 2] }
r if { every x in [1] { x > 0 } }
s := 1 if true
# case: future keywords one by one
# v0
package test
import future.keywords.in
import future.keywords.every
p { every x in [1, 2] { x in {1, 2, 3} } }
q = [x | some x in [1]]
# case: rego v1 in v0
# v0
package test
import rego.v1
p if { 1 in [1] }
q contains 1
# case: rego v1 refuses v0
# v0
package test
import rego.v1
p { true }
q[x] { x := 1 }
# case: deprecated
# v0
p { any([true, false]) }
q { all([true]) }
r { re_match("a", "a") }
s = set_diff({1, 2}, {1})
t = cast_string("a")
# case: shadowing of input and data
# v0
p { input := 1; input == 1 }
q { data := {"x": 1}; data.x == 1 }
# case: duplicate imports
# v0
package test
import data.a
import data.a
p = a
# data: {"a": 1}
# case: unused is fine
# v0
p { x := 1 }
q = [x | x := 1; y := 2]
# case: brackets heads
# v0
p[[1, 2]]
q[{"a": 1}]
r[{1, 2}] { true }
s[x] = x { x := [1] }
# case: multiple modules
# v0
package test
import data.lib
p = lib.f(1)
q { lib.s[2] }
# module:
package lib
f(x) = x + 1
s[x] { x := 2 }
# case: with
# v0
p { input.x with input.x as true }
q = x { x = data.test.r with input as {"a": 1} }
r = input.a
# case: assignments in heads
# v0
p := x { x := 1 }
q[x] := y { x := "a"; y := 2 }
f(x) := y { y := x * 2 }
r := f(4)
# case: comprehension heads
# v0
p[x] = [y | y := x] { x := 1 }
q[[x | x := 1]] { true }
# case: unification heads
# v0
p = x { x = input.a; x = 1 }
q = x { [x, 1] = input.b }
# input: {"a": 1, "b": [2, 1]}
# case: conflict
# v0
p = 1 { true }
p = 2 { true }
# case: some
# v0
p[x] { some i; x := input[i] }
q = [i | some i; input[i] == 2]
# input: [1, 2]
# case: keyword heads are parse errors
# v0
p contains 1
# case: if is a parse error
# v0
p if { true }
# case: negative
# v0
p { not input.x; not input.y.z }
q { not p }
# case: set literals
# v0
p = {1, 2} { true }
q[x] { {1, 2, 3}[x]; x != 2 }
r = count(set())
# case: dots and brackets
# v0
p.q.r = 1
p.q.s[x] = 2 { x := "z" }
a["b"].c = 3
a.d[1] = 4
# case: dot set rule
# v0
p.q[x] { x := 1 }
r.s.t { true }
# case: type errors
# v0
p { 1 + "a" == 2 }
# case: unsafe
# v0
p[x] { not input[x] }
q = x
# case: recursion
# v0
p { q }
q { p }
# case: metadata
# v0
package test
# METADATA
# title: x
p = rego.metadata.rule() { true }
# case: template
# v0
p = $"a{1}"
