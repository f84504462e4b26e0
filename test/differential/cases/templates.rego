# Template strings and print: what their parts may refer to, and how values are shown.
# case: known t1
p[v13] := "a" if {
	some v11 in {v10: v10 | some v10 in data.list; v10 != "z"}
	v13 := $"{null}-{input[v11].a}"
}
# case: known t2
p[v13] := "a" if {
	some v11 in data.list
	v13 := $"{null}-{input[v11].a}"
}
# input: {"k": {"a": 1}}
# data: {"list": ["k"]}
# case: known t3
p := v13 if {
	some v11 in {v10: v10 | some v10 in data.list; v10 != "z"}
	v13 := $"{input[v11].a}"
}
# input: {"k": {"a": 1}}
# data: {"list": ["k"]}
# case: known t4
p := v13 if {
	some v11 in [v10 | some v10 in data.list; v10 != "z"]
	v13 := $"{v11}"
}
# input: {"k": {"a": 1}}
# data: {"list": ["k"]}
# case: known t5
p := v13 if {
	some v11 in {"a": 1}
	v13 := $"{v11}"
}
# case: known t6
p := v13 if {
	v11 := {v10: v10 | some v10 in data.list; v10 != "z"}
	v13 := $"{v11}"
}
# input: {"k": {"a": 1}}
# data: {"list": ["k"]}
# case: known t7
p := v13 if {
	v11 = {v10: v10 | v10 = data.list[_]}[_]
	v13 := $"{v11}"
}
# input: {"k": {"a": 1}}
# data: {"list": ["k"]}
# case: known t8
p := v13 if {
	v13 := $"{v11}"
	some v11 in [1]
}
# case: known t9
p := v13 if {
	some i, v11 in [x | x := 1]
	v13 := $"{v11}"
}
# case: known t10
p := v13 if {
	v11 = {x | x := 1}[y]
	v13 := $"{v11} {y}"
}
# case: known t11
p := v13 if {
	some v11 in {x: [z | z := 2] | x := 1}
	print(v11)
	v13 := 1
}
# case: known t12
p := v13 if {
	v11 = split("a,b", ",")[i]
	v13 := $"{v11} {i}"
	i == 1
}
# case: known t13
p := v13 if {
	some v11 in split("a,b", ",")
	v13 := $"{v11}"
	v11 == "b"
}
# case: known u1
p := v13 if {
	some v11 in {v10: v10 | some v10 in data.list}
	v13 := $"{input[v11].a}"
}
# case: known u2
p := v13 if {
	some v11 in {v10: 1 | some v10 in data.list}
	v13 := $"{input[v11].a}"
}
# case: known u3
p := v13 if {
	some v11 in {v10 | some v10 in data.list}
	v13 := $"{input[v11].a}"
}
# case: known u4
p := v13 if {
	some v11 in {v10: v10 | v10 := 1}
	v13 := $"{input[v11].a}"
}
# case: known u5
p := v13 if {
	some v11 in {1: 2 | data.x}
	v13 := $"{input[v11].a}"
}
# case: known u6
p := v13 if {
	some v11 in [2 | data.x]
	v13 := $"{input[v11].a}"
}
# case: known u7
p := v13 if {
	some v11 in [2]
	v13 := $"{input[v11].a}"
}
# case: known u8
p := v13 if {
	some v11 in {1: 2}
	v13 := $"{input[v11].a}"
}
# case: known u9
p := v13 if {
	some v11 in input
	v13 := $"{input[v11].a}"
}
# case: known u10
p := v13 if {
	some v11 in {1: 2}
	print(input[v11].a)
}
# case: known u11
p := v13 if {
	some k, v11 in {1: 2}
	v13 := $"{input[v11].a}{input[k]}"
}
# case: known u12
p := v13 if {
	some k, v11 in [x | x := 2]
	v13 := $"{input[v11].a}{input[k]}"
}
# case: known u13
p := v13 if {
	some k, v11 in split("a", "b")
	v13 := $"{input[v11].a}{input[k]}"
}
# case: known print
p := v13 if {
	some v11 in {v10 | some v10 in data.list}
	print(input[v11].a)
	v13 := 1
}
# case: known print2
p := v13 if {
	some v11 in {v10 | some v10 in data.list}
	print(v11)
	v13 := 1
}
# case: known print unify
p := v13 if {
	v11 = {v10 | v10 = data.list[_]}[_]
	print(input[v11].a)
	v13 := 1
}
# case: known tmpl unify
p := v13 if {
	v11 = {v10 | v10 = data.list[_]}[_]
	v13 := $"{input[v11].a}"
}
# case: known tmpl unify ref key
p := v13 if {
	v11 = {v10 | v10 = data.list[_]}[k]
	v13 := $"{input[k].a}"
}
# case: known tmpl bare ref
p := v13 if {
	{v10 | v10 = data.list[_]}[k]
	v13 := $"{input[k].a}"
}
# case: known tmpl undeclared
p := v13 if {
	v13 := $"{input[k].a}"
}
# case: known tmpl later
p := v13 if {
	v13 := $"{input[k].a}"
	k := 1
}
# case: known tmpl later unify
p := v13 if {
	v13 := $"{input[k].a}"
	k = 1
}
# case: known tmpl outer comp
p := [v13 | some v11 in {v10 | some v10 in data.list}; v13 := $"{input[v11].a}"]
# case: known tmpl in comp below
p := v13 if {
	some v11 in {v10 | some v10 in data.list}
	v13 := [$"{input[v11].a}" | true]
}
# case: known tmpl in every
p if {
	some v11 in {v10 | some v10 in data.list}
	every x in [1] { y := $"{input[v11].a} {input[x]}"; y }
}
# case: known tmpl head
p := $"{input[v11].a}" if {
	some v11 in {v10 | some v10 in data.list}
}
# case: known tmpl not
p if {
	some v11 in {v10 | some v10 in data.list}
	not $"{input[v11].a}" == "x"
}
# case: known tmpl arr head
p if {
	v11 = [1, data.x][_]
	x := $"{input[v11].a}"
}
# case: known tmpl arr head var
p if {
	k = 1
	v11 = [1, k][_]
	x := $"{input[v11].a}"
}
# case: known tmpl obj in comp
p if {
	v11 = [[v10 | v10 = 1]][_]
	x := $"{input[v11].a}"
}
# each: expr
$""
$"plain"
$"{1}"
$"{1}{2}"
$" { 1 } "
$"{"a"}{'x'}"
$"{`raw`}"
$"a{[1, "b", null, {"k": {1, 2}}]}z"
$"{ {"a": 1}["a"] }"
$"{ {1, 2} }"
$"{set()}"
$"{input.a}"
$"{input.a.b}"
$"{input.nope}"
$"{input.nope.deeper} {input.a}"
$"{data.nope}"
$"{data.x}"
$"{count([1, 2])}"
$"{to_number("x")}"
$"{to_number(input.s)}"
$"{1 / 0}"
$"{1 + 2 * 3}"
$"{input.n + 1}"
$"{input.s + 1}"
$"{1 == 1}"
$"{1 < 0}"
$"{input.n == 5}"
$"{1 in [1]}"
$"{[x | x := 1]}"
$"{[x | some x in input.xs]}"
$"{{x | some x in input.xs}}"
$"{ {x | some x in input.xs} }"
$"{ {k: v | some k, v in input.o} }"
$"{input.xs[0]}"
$"{input.xs[_]}"
$"{input.o[k]}"
$"{upper($"a{1}")}"
$"{$"{$"deep"}"}"
$"\{\}"
$"\n\t\"\\"
$"\u00e9"
$"}"
$"a}b"
$`raw {1} \n`
$`multi
line {2}`
$`\{`
$"{}"
$"{ }"
$"{1"
$"{x}"
$"{true}{false}{null}"
$"{-1} {1.50} {1e3}"
$"{not input.a}"
$"{some x in [1]}"
$"{x := 1}"
$"{x = 1}"
$"{input.a with input.a as 2}"
$"{input.nope with input.nope as 2}"
$"{walk(input)}"
$"{f(1)}"
$"{f("u")}"
$"{g}"
$"{h}"
$"{s}"
$"{o}"
$"{d}"
$"{u}"
$"{lower("A")}-{sprintf("%d", [1])}"
concat($"{","}", ["a", "b"])
[$"{1}", $"{2}"]
{$"{1}", $"{1}"}
$"a" == "a"
startswith($"a{1}", "a")
input[$"{"a"}"]
data[$"x"]
$"{input.o.a}"[0]
# input: {"a": 1, "n": 5, "s": "str", "xs": ["p", "q"], "o": {"a": 1, "b": [2]}}
# data: {"x": {"y": [1]}}
# case: rules in templates
f(x) := x if { x == 1 }
g := "g" if { true }
h := "h" if { false }
s contains "e"
s contains 2
o[k] := 1 if { some k in ["a"] }
default d := "def"
u := x if { x := input.u }
p := $"{f(1)}|{f("u")}|{g}|{h}|{s}|{o}|{d}|{u}|{o.a}|{s["e"]}|{data.test.g}"
# case: conflicts in templates
a := 1
a := 2
p := $"{a}"
# case: partial rules with templates
p contains $"{x}-{y}" if { some x in [1, 2]; some y in ["a"] }
q[$"k{x}"] := $"v{x}" if { some x in [1, 2] }
r.a[$"b{x}"] := x if { x := 1 }
f(x) := $"<{x}>"
t := [f(1), f("a"), f([1]), f(input.nope)]
v := f(null)
# case: else and default
default p := "d"
p := $"{input.x}" if { false } else := $"{input.y}!" if { true }
# case: iteration in templates
p := [t | some x in [1, 2]; t := $"{x}{x + 1}"]
q := {$"{k}={v}" | some k, v in {"a": 1, "b": 2}}
r := [$"{x}" | x := input[_]]
s if { every x in [1, 2] { $"{x}" in ["1", "2"] } }
# input: [1, "a", null]
# case: templates with with
p := t if { t := $"{input.x}" with input.x as "w" }
q := t if { t := $"{data.test.r}" with data.test.r as 5 }
r := 1
s := t if { t := $"{f(1)}" with f as "mock" }
f(x) := x
# case: template undefined in comparisons
p if { $"{input.nope}" == "<undefined>" }
q if { not $"{input.nope}" == "x" }
r if { $"{input.nope}" }
# case: print in bodies
p if { print(input.x, [1, {2}], $"{input.y}") }
q := x if { some x in {y | y := 1}; print(x, input[x]) }
r := [x | some x in [1]; print(x)]
s if { every x in [1] { print(x) } }
t if { not print("a") }
