# Bodies: unification, iteration, negation, comprehensions, every, membership, templates.
# case: unify patterns
p := [a, b, c] if { [a, {"k": b}, [c]] = [1, {"k": 2}, [3]] }
q := x if { [x, x] = [1, 1] }
r := x if { [x, x] = [1, 2] }
s := [x, y] if { {"a": x, "b": {"c": y}} = {"a": 1, "b": {"c": 2}} }
t := x if { {"a": x} = {"a": 1, "b": 2}; x > 0 }
v := [x, y, z] if { x = y; y = z; z = 4 }
# case: unify both sides with variables
p := [x, y] if { [x, 2] = [1, y] }
q := [x, y] if { {"a": x, "b": 2} = {"a": 1, "b": y} }
r := [x, y, z] if { [x, y, z] = [y, z, 1] }
# case: unify sets
p if { {1, 2} = {2, 1} }
q if { {1, x} = {1, 2}; x = 2 }
# case: unify set with variable known
q if { x = 2; {1, x} = {1, 2} }
# case: unify object variable keys
p if { k := "a"; {k: 1} = {"a": 1} }
# case: unify with calls
p := x if { [x, 1] = [upper("a"), count([1])] }
q := x if { x = count([1, 2]); x = 2 }
r if { count([1]) = 1 }
s := y if { [1, y] = [count([1]), count([1, 2])] }
# case: unify with refs
p := [i, v] if { input.xs[i] = v; v = "b" }
q := i if { "c" = input.xs[i] }
r contains [i, j] if { input.xs[i] = input.ys[j] }
# input: {"xs": ["a", "b", "c"], "ys": ["c", "a"]}
# case: unify undefined
p if { input.a = x; x = 1 }
q if { x = input.a; not x }
r if { not input.a = 1 }
# case: unify arrays of different length
q := x if { [x, _] = input.xs }
# input: {"xs": [1, 2, 3]}
# case: assign patterns
p := [a, b] if { [a, b] := [1, 2] }
q := [a, b] if { {"x": a, "y": [b, _]} := {"x": 1, "y": [2, 3]} }
t := [a, b] if { [a, [b]] := input }
# input: [1, [2]]
# case: shadowing
x := 1
p := x if { x := 2 }
q := [x | x := 3]
r := [x, y] if { y := [x | x := 4][0]; x == 1 }
s := x
f(x) := x
t := f(9)
# case: nested shadowing
p := [x, y] if { x := 1; y := [z | x := 2; z := x] }
q := y if { x := 1; y := {x | some x in [2, 3]} }
# case: wildcard
p := [1 | [_, _] = input[_]]
q if { input[_][_] == 4 }
r := count([1 | input[_]])
# input: [[1, 2], [3, 4], [5]]
# case: iteration order of objects
p := [k | input[k]]
q := [v | v := input[_]]
# input: {"b": 1, "a": 2, "C": 3, "é": 4, "": 5, "10": 6, "9": 7}
# case: iteration over everything
p := [[k, v] | v := input[k]]
# input: [null, false, 0, "", [], {}]
# case: iteration in sets
s := {3, "a", null, [1], {2}, {"k": 1}, true, 1.5}
p := [x | s[x]]
q := [x | some x in s]
r := [[i, x] | some i, x in s]
# case: iteration over scalar
p := [x | x := input.a[_]]
q := [x | some x in input.a]
s if { not input.a.b }
# input: {"a": "text"}
# case: iteration with known key
p := [v | k := "a"; v := input[k]]
q := [v | some k in ["a", "z", "b"]; v := input[k]]
r := [k | input[k] == 1]
# input: {"a": 1, "b": 2}
# case: join
p := [[x, y] | some x in input.a; some y in input.b; x.id == y.id]
q := {x.n: y.n | x := input.a[_]; y := input.b[_]; x.id = y.id}
r := {x.id | x := input.a[_]} & {y.id | y := input.b[_]}
# input: {"a": [{"id": 1, "n": "a1"}, {"id": 2, "n": "a2"}], "b": [{"id": 2, "n": "b2"}, {"id": 3, "n": "b3"}]}
# case: negation
p if { not false }
q if { not null }
r if { not 0 }
s if { not input.x }
t if { not input.x.y.z }
u if { not [] }
v if { x := 1; not x == 2 }
w if { not {1, 2}[3] }
# case: negation with iteration inside
q if { not 2 in input.xs }
r if { not any_big }
any_big if { input.xs[_] > 2 }
# input: {"xs": [1, 2, 3]}
# case: negation double
p if { not q }
q if { not r }
r if { false }
# case: negation of comprehension
p if { not [x | x := 1][0] == 2 }
q if { not count({x | x := input[_]}) == 2 }
# input: [1, 2, 2]
# case: negation of with
p if { not count(input) > 1 with input as [1] }
# case: every
p if { every x in [1, 2, 3] { x > 0 } }
q if { every x in [1, 2, 3] { x > 1 } }
r if { every x in [] { x } }
s if { every k, v in {"a": 1} { k == "a"; v == 1 } }
t if { every i, v in ["a"] { i == 0; v == "a" } }
u if { every x in {1, 2} { x in [1, 2] } }
v if { every k, x in {1, 2} { k == x } }
w if { every x in input.nope { x } }
y if { every x in "str" { x } }
z if { not every_neg }
every_neg if { every x in [1] { x == 2 } }
# case: every nested
p if { every row in input { every cell in row { cell > 0 } } }
q if { every row in input { some cell in row; cell > 2 } }
r if { every i, row in input { row[i] == row[i] } }
# input: [[1, 3], [4, 5]]
# case: every uses outer
p if { m := 3; every x in [1, 2] { x < m } }
q contains m if { some m in [1, 2, 3]; every x in [1, 2] { x <= m } }
# case: every with multiple lines and assignments
p if {
	every x in [1, 2] {
		y := x * 2
		y > x
		not y == 3
	}
}
# case: every over failing domain
p if { every x in data.test.q { x } }
q := x if { some x in [[1], [2]] }
# case: every with undefined body
p if { every x in [{"a": 1}, {"b": 1}] { x.a } }
q if { every x in [{"a": false}] { x.a } }
# case: some declarations
p := [x, y] if { some x, y; x = 1; y = 2 }
q := [i | some i; input[i] == "b"]
r contains [i, j] if { some i, j; input[i] < input[j] }
# input: ["a", "b"]
# case: some in with patterns
p := [a | some [a, 1] in input]
q := [[k, a] | some k, {"x": a} in {"m": {"x": 5}, "n": {"y": 6}}]
r := [a | some {"x": a} in [{"x": 1}, {"x": 2, "y": 3}]]
# input: [["p", 1], ["q", 2], ["r", 1]]
# case: some in with constants
p if { some 1 in [1, 2] }
q if { some "k", 1 in {"k": 1} }
r if { some 3 in [1, 2] }
s if { some x in [1, 2]; [x] in [[2], [3]] }
# case: some in over call and comprehension
p := [x | some x in numbers.range(1, 3)]
q := [x | some x in [y | some y in [1, 2]]]
r := [x | some x in object.keys({"a": 1})]
# case: membership
p if { 1 in [1] }
q if { not 1 in {"a": 2} }
r := 1 in [2]
s := ["a", 1 in [1]]
t := {"k": 2 in {2}}
u if { x := 1; x in [x] }
v := [x | x := [1, 2][_]; x in {2, 3}]
# case: comprehension nested
p := [[y | z := 2; y := x * z] | x := [1, 2][_]]
q := {x: {y | some y in [1, 2, 3]; y > x} | some x in [1, 2]}
r := [x | some x in {z | some z in [3, 3, 1]}]
# case: comprehension closure
p := [ys | some x in [1, 2]; ys := [y | some y in [1, 2, 3]; y > x]]
q contains ys if { some x in [1, 2]; ys := {y | some y in [1, 2, 3]; y == x} }
# case: comprehension keys of any type
p := {[x]: x | some x in [1, 2]}
q := {{x}: x | some x in [1, 2]}
r := {x: 1 | some x in [1, 1.0]}
# case: comprehension undefined terms
p := [input.nope | true]
q := {input.nope: 1 | true}
r := {"a": input.nope | true}
s := [x | x := input.nope]
t := {x.y | some x in [{"y": 1}, {"z": 2}]}
# case: comprehension with errors
p := [y | some x in [1, 0, 2]; y := 1 / x]
q := {to_number(x) | some x in ["1", "a"]}
# case: bare expressions
p if { 1 }
q if { "" }
r if { null }
s if { false }
t if { [] }
u if { {} }
v if { set() }
w if { input }
y if { data.nope }
z if { 0 }
# case: expression of calls
p if { startswith("abc", "a"); endswith("abc", "c") }
q if { count([]) }
r if { to_number("0") }
s if { to_number("x") }
t if { is_null(null) }
# case: references with expressions
p := input[concat("", ["a", "b"])]
q := input.list[count([1])]
r := input[["ab", "list"][0]]
s := {"a": {"b": 1}}[lower("A")].b
t := [10, 20, 30][1 + 1]
# input: {"ab": 1, "list": [5, 6]}
# case: references into calls
p := split("a.b", ".")[1]
q := {"x": [1, 2]}.x[1]
r := object.get(input, "a", {}).b
s := [v | v := numbers.range(1, 3)[_]]
t := f(1)[0]
f(x) := [x]
# input: {"a": {"b": 3}}
# case: references into rules
a := {"x": {"y": [1, {"z": 2}]}}
p := a.x.y[1].z
q := a.x.y[_]
r := [[i, v] | v := a.x.y[i]]
# case: references by composite keys
a := {[1, 2]: "arr", {"k": 1}: "obj", {3}: "set"}
p := a[[1, 2]]
q := a[{"k": 1}]
s := [x | a[[1, x]]]
t := [k | a[k] == "set"]
# case: references by pattern in sets
a := {["x", 1], ["y", 2], "z"}
p := [v | a[["x", v]]]
q := [k | a[[k, _]]]
r if { a["z"] }
s := [v | some [k, v] in a; k == "y"]
# case: references by pattern in partial sets
a contains [x, y] if { some x in [1, 2]; some y in ["a", "b"] }
p := [v | a[[1, v]]]
q := {k | a[[k, "a"]]}
r if { a[[2, "b"]] }
# case: template strings
p := $"a{1}b{"c"}"
q := $"{input.x} {input.nope} {[1, "a"]} {{"k": {1}}} {null}"
r := $`raw {1 + 1} \n`
s := [$"{x}" | some x in ["a", 2]]
u := $"\{not}"
v := $"{[x | some x in [1, 2]]}"
# input: {"x": "y"}
# case: template string with several values
p := $"{x}" if { some x in [1, 2] }
# case: template string nested
p := $"a{$"b{1}"}c"
q := $"{concat(",", ["x", "y"])}"
r := $"{1 == 1}"
# case: arithmetic in bodies
p := x if { x := 1 + 2 * 3 - 4 / 2 % 3 }
q := (1 + 2) * 3
r := 7 - 2 - 1
s := -3 + 5
t := 2 * -3
u := 10 / 2 / 5
v := 1 + input.x
w if { 1 + 1 == 2 }
y := x if { x = 1 + 1 }
z if { 2 = 1 + 1 }
# input: {"x": "a"}
# case: set operators in bodies
p := {1, 2} | {3} & {3, 4}
q := {1, 2, 3} - {2} | {9}
r := ({1, 2} | {3}) & {3, 4}
s := {1} - input.x
t := input.y | {1}
# input: {"x": [1], "y": {"a": 1}}
# case: comparison chains
p if { x := 5; 1 < x; x <= 5; x != 4; x >= 5 }
q if { "a" < 1 }
r if { [1] < {1} }
s := 1 < 2
t := [1 == 1, 1 != 1]
u := 1 == input.nope
v if { not 1 == input.nope }
# case: sets of sets
a := {{1, 2}, {2, 1}, {3}, set()}
p := a
q := count(a)
r if { a[{1, 2}] }
s := {{{1}}, {{1.0}}}
t := union(a)
u := [x | some x in a]
# case: sorting of mixed types
p := sort([input[0], 1, "a"])
q := sort({x | x := input[_]})
r := {x: i | x := input[i]}
# input: [null, true, false, 2, "b", [1], {"a": 1}, -1.5, "B", [], {}]
# case: big integers in json
p := input.n + 1
q := input.n * input.n
r := input.n == 12345678901234567890
s := input.n % 10
t := [input.n, input.f]
u := input.f * 2
v := sum([input.n, input.n])
w := max([input.n, 1e19])
# input: {"n": 12345678901234567890, "f": 0.1234567890123456789}
# case: keys that need escapes
p := input["a\"b"]
q := input["\u0000"]
r := [k | input[k]]
s := {"\u2028": 1, "<>&": 2}
# input: {"a\"b": 1, "\u0000": 2, "\ud83d\ude00": 3, "<a>": 4}
# case: unicode case mapping
q := [lower(x) | x := input[_]]
r := [upper(x) | x := input[_]]
# input: ["ß", "ǆ", "ŉ", "ΐ", "ﬁ", "İ", "Σ", "ς", "Ⅷ", "ⓐ", "𐐀", "ა", "Ა", "Ꭰ", "ꭰ"]
# case: object with undefined member
p := {"a": input.nope}
q := [1, input.nope]
r := {input.nope}
s := {input.nope: 1}
t := count([input.nope])
# case: input is undefined
p := input
q if { not input }
r if { input == null }
# case: input null
p := input
q if { input == null }
r if { not input }
# input: null
# case: input false
p := input
q if { not input }
r if { input }
# input: false
# case: input scalar
p := input
q := input.a
r := input[_]
s if { input == "x" }
# input: "x"
# case: rule order does not matter
p := q + r
q := s * 2
r := s + 1
s := 3
# case: semicolons and lines
p if { a := 1; b := 2
	c := a + b; c == 3 }
# case: multiple outputs of a builtin
p := [x | walk([1, [2]], [_, x])]
q := [path | walk({"a": [1]}, [path, 1])]
r := [v | walk({"a": {"b": 1}}, [["a", "b"], v])]
s := [v | walk({"a": {"b": 1}}, [["a", k], v])]
t := [v | walk({{1, 2}}, [_, v])]
u := count([1 | walk({"a": [1, {"b": 2}]})])
# case: walk as a value
p := x if { walk({"a": 1}, x); x[0] == [] }
q contains x if { x := walk([1, 2]) }
