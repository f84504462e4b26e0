# Documents of rules and base data: dispatch by keys that are not constant, order of iteration.
# case: data ref with var through package conflict
# differs: OPA visits a key that base data and packages share twice
p := [x | x := data.lib[k][j]]
# module:
package lib.a
b := 1
# data: {"lib": {"c": {"d": 2}, "a": {"z": 3}}}
# case: dispatch
p := data.ops[input.op]
q := [v | v := data.ops[_]]
r := {k: v | v := data.ops[k]}
# module:
package ops
add := 1 + 2
sub := 5 - 1
f(x) := x
# input: {"op": "add"}
# case: dispatch deep
p := data.ops[input.a][input.b]
q := data.ops[input.a].y[input.c]
# module:
package ops.x
y[k] := v if { some k, v in {"m": 1, "n": 2} }
z := 3
# module:
package ops.w
z := 4
# input: {"a": "x", "b": "z", "c": "n"}
# case: dispatch undefined
p := data.ops[input.a][input.b]
q if { not data.ops[input.a][input.b] }
# module:
package ops.x
z := 3
# input: {"a": "x", "b": "nope"}
# case: dispatch by number and other keys
# differs: steps of paths are not converted between text and number when they are not constant, as in OPA's WebAssembly
p := data.ops[1]
q := data.ops[input.k]
# module:
package ops
m := 3
# data: {"ops": {"1": "one"}}
# input: {"k": 1}
# case: dispatch into partial
p := data.ops[input.a].s
q := [x | data.ops[input.a].s[x]]
r := data.ops[input.a].o[input.k]
# module:
package ops.x
s contains "a"
s contains "b"
o["k"] := 1
# input: {"a": "x", "k": "k"}
# case: dispatch with with
p := v if { v := data.ops[input.op] with input.op as "sub" }
q := v if { v := data.ops[input.op] with data.ops.add as 10 }
r := v if { v := data.ops[input.op] with data.ops as {"add": 11} }
# module:
package ops
add := 1 + 2
sub := 5 - 1
# input: {"op": "add"}
# case: dispatch ref heads
p := data.ops[input.a][input.b][input.c]
# module:
package ops
x.y.z := 1
x.y.w := 2
x[k].v := 3 if { k := "q" }
# input: {"a": "x", "b": "y", "c": "w"}
# case: dispatch over rule and package of same prefix
p := {[k, j] | data.ops[k][j]}
# module:
package ops
a.b := 1
# module:
package ops.c
d := 2
# case: base overridden by virtual key lookups
p := data.ops.x
q := data.ops.y
r := data.ops
# module:
package ops
x := 1
# data: {"ops": {"y": 2}}
# case: undefined rule hides base
p := data.ops.x
q := data.ops
# module:
package ops
x := 1 if { false }
# data: {"ops": {"y": 2}}
# case: numbers as strings in data
# differs: steps of paths are not converted between text and number when they are not constant, as in OPA's WebAssembly
p := data.arr[input.i]
q := data.arr["1"]
r := data.obj["1"]
s := data.obj[1]
# data: {"arr": [1, 2], "obj": {"1": "x"}}
# input: {"i": 1}
# case: set from data walk
p := {x | walk(data.tree, [_, x]); is_number(x)}
q := [path | walk(data.tree, [path, 3])]
# data: {"tree": {"a": [1, {"b": 2}], "c": 3}}
# case: negated iteration over documents
p if { not has }
has if { data.lib[_].flag }
q if { not missing }
missing if { data.lib[_].nope }
# module:
package lib.a
flag := true
# module:
package lib.b
flag := false
# case: every over documents
p if { every k, v in data.lib { v.flag == true } }
q if { every v in data.lib { v.n > 0 } }
# module:
package lib.a
flag := true
n := 1
# module:
package lib.b
flag := false
n := 2
# case: comparisons of documents
p if { data.lib.a == data.lib.b }
q if { data.lib.a == {"n": 1} }
r if { {"n": 1} in data.lib }
# module:
package lib.a
n := 1
# module:
package lib.b
n := 1
# case: recursion through negation of other value
p if { q with input as 1 }
q if { input == 1 }
# case: deep with virtual
p := v if { v := data.a.b.c.d with data.a.b.c as {"d": 9} }
q := v if { v := data.a.b with data.a.b.c.d as 8 }
r := v if { v := data.a with data.a.x as 8 }
# module:
package a.b.c
d := 1
e := 2
# case: function value through data
p := data.lib.f(1)
q := data.lib.sub.f(1)
r := [data.lib.f(x) | some x in [1, 2]]
# module:
package lib
f(x) := x
# module:
package lib.sub
f(x) := x * 2
# case: order one level
p := [k | data.lib[k]]
q := [[k, v] | v := data.lib[k]]
r := [[k, j] | data.lib[k][j]]
s := [k | some k, v in data.lib]
# module:
package lib.b
x := 1
# module:
package lib.d
x := 1
# data: {"lib": {"a": {"y": 1}, "c": {"y": 1}, "e": {"y": 1}}}
# case: order rules
p := [k | data.lib[k]]
q := [v | v := data.lib[_]]
# module:
package lib
b := 1
d := 2
# data: {"lib": {"a": 3, "c": 4, "e": 5}}
# case: shared key
# differs: OPA visits a key that base data and packages share twice
p := [k | data.lib[k]]
q := [[k, j] | data.lib[k][j]]
s := {[k, j] | data.lib[k][j]}
t := count([1 | data.lib[k][j]])
# module:
package lib.a
x := 1
# data: {"lib": {"a": {"y": 2}}}
# case: rules only
p := [k | data.lib[k]]
q := [[k, j] | data.lib[k][j]]
# module:
package lib.b
x := 1
a := 2
# module:
package lib.a
x := 1

# case: a package of one function, under a key that is not known
p if data.lib[input.k] == 1
# module:
package lib

f(x) := x

# case: a package of functions of different arity, under a key that is not known
p if {
	x = data.lib[input.k]
	x
}
# module:
package lib

f(x) := x

g(x, y) := [x, y]

# case: a package of functions of different arity and a rule, under a key that is not known
p if {
	x = data.lib[input.k]
	x
}
# module:
package lib

f(x) := x

g(x, y) := [x, y]

r := 1

# case: a package of three functions, under a key that is not known
p if {
	x = data.lib[input.k]
	x
}
# module:
package lib

f(x) := x

g(x, y) := [x, y]

h(x) := x
