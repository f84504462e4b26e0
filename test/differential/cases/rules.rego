# Rules of every shape: heads, conflicts, functions, defaults, else, with.
# case: complete conflict
p := 1
p := 2
# case: complete conflict with equal values
p := 1
p := 1.0
p := x if { x := 3 - 2 }
# case: complete conflict between iterations
p := x if { some x in [1, 2] }
# case: complete conflict under negation
q if { not p }
p := x if { some x in [1, 2] }
# case: complete conflict true and false
p if { true }
p := false if { true }
# case: conflict in else chain is none
p := 1 if { false } else := 2 if { true }
p := 2
# case: conflict of else with other rule
p := 1 if { false } else := 2 if { true }
p := 3
# case: function conflict
f(x) := x
f(x) := x + 1
p := f(1)
# case: function conflict by pattern
f([x, _]) := x
f([_, y]) := y
p := f([1, 2])
q := f([1, 1])
# case: function multiple outputs
f(x) := y if { y := x[_] }
p := f([1, 2])
# case: function multiple outputs equal
f(x) := y if { y := x[_] }
p := f([1, 1])
# case: function with two bodies in one comprehension
f(x) := 1 if { x > 1 }
f(x) := 2 if { x < 5 }
p := [f(v) | some v in [0, 7, 3]]
# case: partial object conflict
p[x] := y if { some x, y in ["a", "b"]; true }
q[k] := v if { some v in [1, 2]; k := "k" }
# case: partial object conflict two rules
p.a := 1
p[x] := 2 if { x := "a" }
# case: partial object equal values
p.a := 1
p[x] := 1 if { x := "a" }
# case: partial object one key undefined body
p[x] := y if { x := "a"; y := input.z }
q := p.a
# case: partial object key lookup does not see other conflicts
p[x] := y if { some x in ["a", "b"]; y := 1 }
p[x] := y if { x := "b"; y := 2 }
q := p.a
# case: partial object lookup conflict
p[x] := y if { some x in ["a", "b"]; y := 1 }
p[x] := y if { x := "b"; y := 2 }
q := p.b
# case: partial set with values of every type
p contains x if { some x in [1, 1.0, "1", null, true, [1], {1}, {"a": 1}] }
q if { p[{1}] }
r if { p[1.0] }
s := [x | p[x]]
# case: object comprehension conflict
p := {k: v | some v in [1, 2]; k := "a"}
# case: object comprehension equal
p := {k: v | some v in [1, 1.0]; k := "a"}
# case: object comprehension conflict inside not
p if { not {k: v | some v in [1, 2]; k := "a"} }
# case: ref head deep conflict
p.a.b := 1
p.a.b := 2
# case: ref head object below value
p.a := {"b": 1}
q.a.b := 1
q.a.c := 2
r := q.a
# case: ref head variable and constant
p.q[x].r := 1 if { some x in ["a", "b"] }
p.q.a.s := 2
p.q.c.r := 3
# case: ref head variable and constant conflict
p.q[x].r := 1 if { some x in ["a", "b"] }
p.q.a.r := 2
# case: ref head variable same
p.q[x].r := 1 if { some x in ["a", "b"] }
p.q.a.r := 1
# case: ref head sets at the end
p[x] contains y if { some x, y in ["a", "b"] }
p.z contains 7
# case: ref head sets deeper
p[x].q[y] contains z if { some x in [1, 2]; some y in ["a", "b"]; z := x }
q := p[1].q.a
r := {x | x := p[1].q[_]}
s contains v if { some v in p[_].q[_] }
# case: ref head two variables
p[x][y] := z if { some x in ["a", "b"]; some y in [1, 2]; z := y * 10 }
q := p.a
r := p.a[2]
s := [x | x := p[_][2]]
# case: ref head two variables conflict
p[x][y] := z if { some x in ["a", "b"]; some y in [1, 1]; some z in [1, 2] }
# case: ref head two variables conflict lookup of other
p[x][y] := z if { x := "a"; y := 1; some z in [1, 2] }
p[x][y] := z if { x := "b"; y := 1; z := 1 }
q := p.b[1]
# case: ref head three levels
p[a][b][c] := [a, b, c] if { some a in [1, 2]; some b in ["x", "y"]; some c in [true, null] }
q := p[1].x
r := p[1].x[true]
s := {count(x) | x := p[_]}
# case: ref head keys of any type
p[x] := 1 if { some x in [1, "1", [1], {"a": 1}, {1}, null, true] }
q := p[[1]]
r := p[{1}]
s := p[null]
# case: ref head general overlap
p.foo[x] := "v" if { some x in ["a"] }
p.foo.b := "w"
p[z].c := "u" if { z := "foo" }
# case: ref head with true value
p.q.r if { true }
p.q.s if { false }
p.t if { true }
# case: ref head function
p.q.f(x) := x + 1
r := p.q.f(1)
s := data.test.p.q.f(2)
t := data.test.p
# case: ref head function among values
p.q.f(x) := x
p.q.v := 1
r := p.q
# case: ref head default
default p.q.r := 1
p.q.r := 2 if { input.x }
s := p.q.r
# case: ref head number and boolean keys
p[1] := "a"
p[true] := "b"
p[null] := "c"
p["x y"] := "d"
q := p[true]
# case: package and rule share a path
p.q := 1
# module:
package test.p.r
s := 2
# case: package below variable rule
p[x] := 1 if { x := "a" }
# module:
package test.q.r
s := 2
# case: default complete
default p := "no"
p := "yes" if { input.x == 1 }
# input: {"x": 2}
# case: default complete hit
default p := "no"
p := "yes" if { input.x == 1 }
# input: {"x": 1}
# case: default with composite
default p := {"a": [1, {2}], "b": set()}
p := 1 if { false }
# case: default comprehension
default p := [x | some x in [1, 2]]
p := 1 if { false }
# case: default function
default f(_) := "d"
f(x) := "big" if { x > 10 }
p := [f(1), f(11), f("a")]
# case: default function undefined argument
default f(_) := "d"
f(x) := "big" if { x > 10 }
p := f(input.nope)
q := [f(input.nope)]
# case: default function two arguments
default f(_, _) := 0
f(x, y) := x if { x > y }
p := f(2, 1)
q := f(1, 2)
# case: default function with error inside
default f(_) := 0
f(x) := 1 / x
p := f(0)
# case: default false
default allow := false
allow if { input.user == "a" }
# case: else chain
p := 1 if { false } else := 2 if { false } else := 3 if { true } else := 4
# case: else undefined at the end
p := 1 if { false } else := 2 if { false }
# case: else without value
p if { false } else if { true }
# case: else with value from body
p := x if { x := input.a } else := y if { y := input.b } else := "none"
# input: {"b": 7}
# case: else in functions
f(x) := "neg" if { x < 0 } else := "zero" if { x == 0 } else := "pos"
p := [f(-1), f(0), f(1)]
# case: else in functions with patterns
f([x]) := x if { x > 1 } else := "small"
f("s") := "string"
p := [f([2]), f([0]), f("s")]
# case: else multiple outputs
p := x if { some x in [] } else := y if { some y in [1, 2] }
# case: several chains
p := 1 if { input.a } else := 2 if { input.b }
p := 2 if { input.c } else := 2 if { true }
# input: {"b": true}
# case: function argument patterns
f({"a": x}) := x
f([1, x]) := x
f("lit") := "literal"
f(null) := "null"
f(true) := "true"
p := [f({"a": 1}), f([1, 2]), f("lit"), f(null), f(true)]
q := f(input)
# input: {"a": 1, "b": 2}
s := f(false)
# case: function argument nested patterns
f([{"a": [x, y]}, x]) := y
p := f([{"a": [1, 2]}, 1])
q := f([{"a": [1, 2]}, 2])
# case: function repeated argument
f(x, x) := "same"
f(x, y) := "other" if { x != y }
p := [f(1, 1), f(1, 2)]
# case: function argument wildcard
f(_, x) := x
p := f(input.nope, 1)
q := f(1, 1)
# case: function set argument
f({1, 2}) := "set"
p := f({2, 1})
q := f({1})
# case: function returns function document
f(x) := data.test.g
g := {1, 2}
p := f(1)
# case: function returning false
f(x) := false
p if { f(1) }
q if { not f(1) }
r := f(1)
# case: function undefined negated
f(x) := y if { y := x.z }
p if { not f({}) }
q if { not f({"z": false}) }
r if { not f({"z": 1}) }
# case: functions with output in call position
f(x) := x * 2
p := y if { f(2, y) }
q if { f(2, 4) }
r if { f(2, 5) }
# case: function over package
f(x) := x
p := data.test.f(1)
# module:
package other
q := data.test.f(2)
# case: function on undefined input
f(x) := 1
p := f(input)
q := f(input.a)
# case: function recursion through data is not called
f(x) := x
p := {k: v | some k, v in {"a": f(1)}}
# case: higher arguments
f(x) := [x, x]
g(x) := f(f(x))
h(x) := count(g(x))
p := h(g(1))
# case: call in head key and value
f(x) := concat("-", ["k", x])
p[f(x)] := upper(f(x)) if { some x in ["a", "b"] }
q contains f(x) if { some x in ["a", "b"] }
r := f("z")
# case: comprehension in head
p := [x | some x in input]
q[k] := {v | some v in input; v > k} if { some k in [1, 2] }
r contains [y | y := x] if { some x in input }
# input: [1, 2, 3]
# case: rule value depends on itself through functions of other name
a := b
b := c
c := 5
# case: rule named like a built-in
package test
max := 3
p := max
# case: rule shadows import
package test
import data.other.x
p := x
# module:
package other
x := 9
# case: import with alias
package test
import data.other as o
import input.user as u
p := o.x
q := u.name
# module:
package other
x := 9
# input: {"user": {"name": "ann"}}
# case: import of undefined
package test
import data.nope as n
import input.nope as m
p := n
q if { not n }
r if { not m.x }
# case: package with odd names
package test["a b"].c
p := 1
q := data.test["a b"].c.p
# case: iteration over packages
package test
p := {k | data.lib[k]}
q := {[k, v] | v := data.lib[k].v}
r := [k | data.lib[k].f]
# module:
package lib.a
v := 1
f := true
# module:
package lib.b
v := 2
f := false
# module:
package lib.c
w := 3
# case: iteration over packages and base
p := {k: v | v := data.lib[k]}
q contains [a, b] if { data.lib[a][b] }
# module:
package lib.a
v := 1
# data: {"lib": {"b": {"v": 2}, "c": [1, 2], "d": 5}}
# case: virtual over base
p := data.lib
q := data.lib.a
# module:
package lib
a := 1
# data: {"lib": {"b": 2}}
# case: base array below package
p := data.lib.xs[1]
q := [x | x := data.lib.xs[_]]
r contains x if { some x in data.lib.xs }
s := data.lib
# module:
package lib.ys
a := 1
# data: {"lib": {"xs": [1, 2, 3], "n": null, "f": false}}
# case: data of falsy values
p := data.n
q := data.f
r if { data.n }
s if { data.f }
t if { not data.f }
u if { not data.n }
v if { data.z == 0 }
# data: {"n": null, "f": false, "z": 0}
# case: undefined package document
p := data.empty
q := data.none
r if { not data.none }
# module:
package empty
x if { false }
# case: document with partly undefined rules
p := data.lib
# module:
package lib
a := 1
b if { false }
c contains 1 if { false }
d[x] := 1 if { some x in [] }
e := data.lib.b
f(x) := x
# case: document with failing rule
p := data.lib
# module:
package lib
a := 1
b := 1
b := 2
# case: document count and keys
p := count({k | data.lib[k]})
r := "a" in data.lib
s := 1 in data.lib
t := data.lib == {"a": 1, "s": {1}}
# module:
package lib
a := 1
s contains 1
f(x) := x
# case: walk over virtual document
p := [[a, b] | walk(data.lib, [a, b])]
q contains x if { walk(data.lib, [["s", y], x]) }
# module:
package lib
a := {"b": [1]}
s contains 1
