# Generated names in messages: numbered over all rules and modules, pass by pass.
# case: several a
q := x if { x := input.a }
p := {1, 2}[input.b]
r := {3, 4}[input.z].a
# case: several b
q := x if { x := input.a; y := count(x); z := upper(x) }
f(a, b) := c if { c := a + b }
p := y if { y := {1, 2}[input.b].c }
s := y if { some y in {1, 2}; y.c[input.d] }
# case: several c
p := y if { y := {1, 2}[input.b].c; z := {5}[input.x].y }
# case: several d
p := y if { y := {1, 2}[input.b].c }
# module:
package aaa
p := y if { y := {1, 2}[input.b].c }
# case: several e
p := {1, 2}[input.b].c if { x := 1 + 2; y := x + 1 }
# case: several g
p contains x if { x := [y | y := {1, 2}[input.b].c] }
# case: several h
p := {1, 2}[input.b].c if { every x in [1] { x == 1; y := {1, 2}[input.c].d } }
# case: several i
p := {1, 2}[input.b].c if { not {1, 2}[input.c].d } else := {1}[input.z].d
# case: after infix fn
f(a, b) := c if { c := a + b }
zz := {1}[input.a].c
# case: after call
q := y if { y := count(input.x) }
zz := {1}[input.a].c
# case: after infix
q := y if { y := 1 + input.x }
zz := {1}[input.a].c
# case: after head infix
q := 1 + input.x
zz := {1}[input.a].c
# case: after args
f(a, b) := a
zz := {1}[input.a].c
# case: after args unused
f(a, b) := 1
zz := {1}[input.a].c
# case: after args lit
f(a, 1) := a
zz := {1}[input.a].c
# case: after args arr
f([a, b]) := a
zz := {1}[input.a].c
# case: after args wild
f(_, a) := a
zz := {1}[input.a].c
# case: after default
default q := 1
zz := {1}[input.a].c
# case: after default fn
default f(_) := 1
zz := {1}[input.a].c
# case: after default fn2
default f(_, _) := 1
zz := {1}[input.a].c
# case: after else
q := 1 if { input.x } else := 2 if { x := input.y; x }
zz := {1}[input.a].c
# case: after else fn
f(a) := 1 if { a } else := a if { x := input.y; x }
zz := {1}[input.a].c
# case: after else fn 3
f(a) := 1 if { a } else := a if { x := input.y; x } else := 3 if { a }
zz := {1}[input.a].c
# case: after set
q contains x if { x := 1 }
zz := {1}[input.a].c
# case: after obj
q[x] := y if { x := 1; y := 2 }
zz := {1}[input.a].c
# case: after refhead
q[x].y := 2 if { x := 1 }
zz := {1}[input.a].c
# case: after refhead2
q[x][y] := 2 if { x := 1; y := 3 }
zz := {1}[input.a].c
# case: after refhead const
q.a.b := 2
zz := {1}[input.a].c
# case: after refhead call
q[count(input)].y := 2
zz := {1}[input.a].c
# case: after refhead ref
q[input.x].y := 2
zz := {1}[input.a].c
# case: after refhead ref2
q[input.x] := 2
zz := {1}[input.a].c
# case: after set ref
q contains input.x
zz := {1}[input.a].c
# case: after comp
q := [x | x := input.a]
zz := {1}[input.a].c
# case: after comp body
q if { y := [x | x := input.a]; y }
zz := {1}[input.a].c
# case: after comp nested
q := [x | x := [y | y := 1]]
zz := {1}[input.a].c
# case: after every
q if { every x in input { x } }
zz := {1}[input.a].c
# case: after every2
q if { every i, x in [1, 2] { x > 1 } }
zz := {1}[input.a].c
# case: after some in
q if { some x in input; x }
zz := {1}[input.a].c
# case: after some in2
q if { some i, x in [1, 2]; x }
zz := {1}[input.a].c
# case: after some decl
q if { some i; input[i] }
zz := {1}[input.a].c
# case: after not
q if { not input.x == count(input.y) }
zz := {1}[input.a].c
# case: after with
q if { input.x with input.y as count(input.z) }
zz := {1}[input.a].c
# case: after with lit
q if { input.x with input.y as 1 }
zz := {1}[input.a].c
# case: after with ref
q if { input.x with input.y as input.z }
zz := {1}[input.a].c
# case: after with comp
q if { input.x with input.y as [x | x := 1] }
zz := {1}[input.a].c
# case: after with set
q if { input.x with input.y as {input.z} }
zz := {1}[input.a].c
# case: after template
q := $"a{input.x}"
zz := {1}[input.a].c
# case: after template body
q if { x := $"a{input.x}"; x }
zz := {1}[input.a].c
# case: after print
q if { print(input.x) }
zz := {1}[input.a].c
# case: after in
q if { 1 in input.x }
zz := {1}[input.a].c
# case: after in3
q if { 1, 2 in input.x }
zz := {1}[input.a].c
# case: after dyn
q := input[input.x]
zz := {1}[input.a].c
# case: after dyn deep
q := input[input.x][input.y].z
zz := {1}[input.a].c
# case: after arr ref
q := [input.x]
zz := {1}[input.a].c
# case: after set lit
q := {input.x, 1}
zz := {1}[input.a].c
# case: after obj lit
q := {"a": input.x}
zz := {1}[input.a].c
# case: after obj key
q := {input.x: 1}
zz := {1}[input.a].c
# case: after body arr
q if { x := [input.x]; x }
zz := {1}[input.a].c
# case: after cmp
q if { input.x > input.y }
zz := {1}[input.a].c
# case: after eq
q if { input.x == input.y }
zz := {1}[input.a].c
# case: after unify
q if { [x, y] = input.z; x; y }
zz := {1}[input.a].c
# case: after assign pat
q if { [x, y] := input.z; x; y }
zz := {1}[input.a].c
# case: after nested call
q if { count(upper(input.x)) > 1 }
zz := {1}[input.a].c
# case: after setcomp head
q contains {x | x := 1}
zz := {1}[input.a].c
# case: after objcomp
q := {x: y | x := 1; y := 2}
zz := {1}[input.a].c
# case: after wild
q if { input[_][_] }
zz := {1}[input.a].c
# case: after import
q := 1
zz := {1}[input.a].c
# case: after bare call ref
q if { split("a", "b")[0] }
zz := {1}[input.a].c
# case: after call in ref head
q := split("a", "b")[0]
zz := {1}[input.a].c
# case: after func call
f(x) := x
q := f(1)
zz := {1}[input.a].c
# case: after func call body
f(x) := x
q if { f(f(1)) }
zz := {1}[input.a].c
# case: after meta
q := rego.metadata.rule()
zz := {1}[input.a].c
# case: after meta body
q if { x := rego.metadata.chain(); x }
zz := {1}[input.a].c
# case: after rule ref
r.a := 1
q := r.a
zz := {1}[input.a].c
# case: after neg num
q := -1 + input.x
zz := {1}[input.a].c
# case: after eq call
q if { x := 1; x == count(input.y) }
zz := {1}[input.a].c
# case: after walk
q := [x | walk(input, [_, x])]
zz := {1}[input.a].c
# case: after walk2
q if { walk(input, x); x }
zz := {1}[input.a].c
# case: after output arg
q if { count(input, x); x > 1 }
zz := {1}[input.a].c
# case: after and set
q := {1} & input.x
zz := {1}[input.a].c
# case: after compcall
q := [count(x) | x := input.a]
zz := {1}[input.a].c
# case: after everycall
q if { every x in numbers.range(1, 2) { x } }
zz := {1}[input.a].c
