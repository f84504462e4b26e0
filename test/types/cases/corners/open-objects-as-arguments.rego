# case: open_objects_as_arguments_01
package types.open_objects_as_arguments_01

p if {
	k := "op"
	json.patch({}, [{k: "x"}])
}
# case: open_objects_as_arguments_02
package types.open_objects_as_arguments_02

p if {
	k := "op"
	json.patch({}, [{k: "x", "op": "1"}])
}
# case: open_objects_as_arguments_03
package types.open_objects_as_arguments_03

p if {
	k := "op"
	json.patch({}, [{k: 1, "op": "1"}])
}
# case: open_objects_as_arguments_04
package types.open_objects_as_arguments_04

p if {
	k := "op"
	json.patch({}, [{k: 1, "op": "1", "path": 1}])
}
# case: open_objects_as_arguments_05
package types.open_objects_as_arguments_05

p if {
	k := "op"
	json.patch({}, [{"op": k}])
}
# case: open_objects_as_arguments_06
package types.open_objects_as_arguments_06

p if {
	k := {"op": "add"}
	json.patch({}, [k])
}
# case: open_objects_as_arguments_07
package types.open_objects_as_arguments_07

p if {
	k := [{"op": "add"}]
	json.patch({}, k)
}
# case: open_objects_as_arguments_08
package types.open_objects_as_arguments_08

p if {
	k := 1
	json.patch({}, [{"op": k}])
}
# case: open_objects_as_arguments_10
package types.open_objects_as_arguments_10

p if {
	json.patch({}, [{input.x: 1}])
}
# case: open_objects_as_arguments_11
package types.open_objects_as_arguments_11

f(x) := y if { {"a": y} = x }
p if {
	f({"a": 1, "b": 2})
}
# case: open_objects_as_arguments_12
package types.open_objects_as_arguments_12

f(x) := y if { {"a": y} = x }
p if {
	f({})
}
# case: open_objects_as_arguments_13
package types.open_objects_as_arguments_13

f(x) := 1 if { x == {"a": 1} }
p if {
	f({"a": 1, "b": 2})
}
q if {
	y := {"a": 1, "b": 2}
	f(y)
}
r if {
	y := {"a": 1}
	f(y)
}
s if {
	k := "a"
	f({k: 1})
}
t if {
	k := "a"
	f({k: "a"})
}
u if f({})
v if f({"b": 1})
# case: open_objects_as_arguments_14
package types.open_objects_as_arguments_14

f(x) := 1 if { x == [1, 2] }
p if f([1])
q if f([])
r if f([1, "a"])
s if { y := []; f(y) }
t if { y := [1]; f(y) }
u if { y := numbers.range(1, 2); f(y) }
v if { y := split("a", "b"); f(y) }
w if f([1, x])
x := "a"
y if { z := 1; f([z]) }
# case: open_objects_as_arguments_15
package types.open_objects_as_arguments_15

f(x) := 1 if { x == {1, 2} }
p if f({"a"})
q if f(set())
r if f({1, "a"})
s if { y := {1, "a"}; f(y) }
t if { y := set(); f(y) }
u if { z := 1; f({z}) }
v if { z := "a"; f({z}) }
w if { z := "a"; f({z, 1}) }
# case: open_objects_as_arguments_16
package types.open_objects_as_arguments_16

p if json.patch([], [{"op": "add", "path": "a", "value": 1}, 3])
# case: open_objects_as_arguments_18
package types.open_objects_as_arguments_18

p if sum([1, "a"])
q if { x := [1, "a"]; sum(x) }
r if { x := {1, "a"}; sum(x) }
s if { x := {y | y := input.z}; sum(x) }
t if { x := {y | some y in [1, "a"]}; sum(x) }
u if { sum({y | some y in [1, "a"]}) }
v if { sum([y | some y in ["a", "b"]]) }
w if { urlquery.encode_object({"a": 1}) }
x if { urlquery.encode_object({"a": ["b"], "c": {"d"}, "e": "f"}) }
y if { urlquery.encode_object({"a": [1]}) }
z if { a := {"a": [1]}; urlquery.encode_object(a) }
# case: open_objects_as_arguments_19
package types.open_objects_as_arguments_19

p if glob.match("a", [], "b")
q if glob.match("a", null, "b")
r if glob.match("a", [1], "b")
s if glob.match("a", "x", "b")
t if net.cidr_merge(["a"])
u if net.cidr_merge([1])
v if net.cidr_contains_matches({"a": ["b", 1]}, "x")
w if net.cidr_contains_matches({"a": 1}, "x")
x if net.cidr_contains_matches({1: "x"}, "x")
