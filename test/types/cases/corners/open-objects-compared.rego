# case: open_objects_compared_01
package types.open_objects_compared_01

p if {
	k := "z"
	x := {"a": 1, k: 2}
	x == {"b": 2}
}
# case: open_objects_compared_02
package types.open_objects_compared_02

p if {
	k := "z"
	x := {"a": 1, k: 2}
	y := {"b": 2}
	x == y
}
# case: open_objects_compared_03
package types.open_objects_compared_03

p if {
	k := "z"
	x := {"a": 1, k: 2}
	y := {"b": "x"}
	x == y
}
# case: open_objects_compared_04
package types.open_objects_compared_04

p if {
	k := "z"
	x := {"a": 1, k: 2}
	y := {"a": "x"}
	x == y
}
# case: open_objects_compared_05
package types.open_objects_compared_05

p if {
	k := "z"
	x := {"a": 1, k: 2}
	y := {}
	x == y
}
# case: open_objects_compared_06
package types.open_objects_compared_06

p if {
	k := "z"
	x := {"a": 1, k: 2}
	x == {}
}
# case: open_objects_compared_07
package types.open_objects_compared_07

p if {
	x := {"a": 1}
	x == {}
}
# case: open_objects_compared_08
package types.open_objects_compared_08

p if {
	x := {"a": 1}
	y := {"a": 1, "b": 2}
	x == y
}
# case: open_objects_compared_09
package types.open_objects_compared_09

p if {
	opts := {"pretty": true}
	json.marshal_with_options(1, opts)
	json.marshal_with_options(1, {})
	o2 := {}
	json.marshal_with_options(1, o2)
	o3 := {"pretty": 1}
	json.marshal_with_options(1, o3)
}
q if {
	json.marshal_with_options(1, {"foo": 1})
	json.marshal_with_options(1, {"foo": 1, "pretty": 1})
	k := "foo"
	json.marshal_with_options(1, {k: 1, "pretty": true})
}
r if {
	k := "foo"
	json.marshal_with_options(1, {k: 1, "pretty": 1})
}
s if {
	k := "foo"
	json.marshal_with_options(1, {k: "x", "pretty": true})
}
t if {
	k := "foo"
	json.marshal_with_options(1, {k: "x"})
}
u if {
	k := "foo"
	json.marshal_with_options(1, {k: true})
}
v if {
	k := 1
	json.marshal_with_options(1, {k: true})
}
w if {
	k := 1
	json.marshal_with_options(1, {k: "a"})
}
# case: open_objects_compared_10
package types.open_objects_compared_10

q := {"a": 1}
p if data.t == {"b": 1}
# case: open_objects_compared_12
package types.open_objects_compared_12

q := {"a": 1}
p if {
 x := {"z": 1}
 data.u == x
}
# case: open_objects_compared_13
package types.open_objects_compared_13

q := {"a": 1}
p if {
 x := {"z": 1}
 x == {"z": 1} | {"y": 1}
}
