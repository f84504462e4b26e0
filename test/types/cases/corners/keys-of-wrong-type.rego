# case: keys_of_wrong_type_01
package types.keys_of_wrong_type_01

p if {
	x := {"a"}
	y := x[x]
	y == 1
}
# case: keys_of_wrong_type_02
package types.keys_of_wrong_type_02

p if {
	x := {"a"}
	x[x] == 1
}
# case: keys_of_wrong_type_03
package types.keys_of_wrong_type_03

p if {
	x := {"a": 1}
	k := 3
	x[k] == "a"
}
# case: keys_of_wrong_type_04
package types.keys_of_wrong_type_04

p if {
	x := {"a": 1}
	k := 3
	upper(x[k], 3)
}
# case: keys_of_wrong_type_05
package types.keys_of_wrong_type_05

p if {
	x := {"a": 1}
	k := [3]
	upper(x[k])
}
# case: keys_of_wrong_type_06
package types.keys_of_wrong_type_06

p if {
	x := {"a": 1}
	upper(x[[3]])
}
# case: keys_of_wrong_type_07
package types.keys_of_wrong_type_07

p if {
	x := {"a": 1}
	y := [1 | upper(x[[3]])]
	y == 1
}
# case: keys_of_wrong_type_08
package types.keys_of_wrong_type_08

p if {
	x := {"a": 1}
	upper(x[{3}])
}
# case: keys_of_wrong_type_09
package types.keys_of_wrong_type_09

p if {
	x := {"a": 1}
	x[input.x] == "b"
}
# case: keys_of_wrong_type_10
package types.keys_of_wrong_type_10

p if {
	x := [1]
	x[startswith("a","b")] == "b"
}
# case: keys_of_wrong_type_11
package types.keys_of_wrong_type_11

q := 3
p if {
	x := {"a": 1}
	upper(x[q])
}
# case: keys_of_wrong_type_12
package types.keys_of_wrong_type_12

q := 3
p if {
	x := {"a": 1}
	x[q] == "a"
}
# case: keys_of_wrong_type_13
package types.keys_of_wrong_type_13

q := {"a": 1}
p if {
	k := 3
	q[k] == "x"
}
# case: keys_of_wrong_type_14
package types.keys_of_wrong_type_14

q := {"a": 1}
p if {
	k := 3
	upper(q[k])
}
# case: keys_of_wrong_type_15
package types.keys_of_wrong_type_15

# METADATA
# schemas:
#   - input: {type: object, properties: {a: {type: number}}}
p if {
	k := 3
	input[k] == "x"
	upper(input[k])
	upper(input[[1]])
}
# case: keys_of_wrong_type_16
package types.keys_of_wrong_type_16

q := {"a": 1}
p if {
	y := [1 | k := 3; upper(q[k])]
	y == 1
}
# case: keys_of_wrong_type_17
package types.keys_of_wrong_type_17

q[x] := 1 if some x in ["a"]
p if {
	k := 3
	q[k] == "x"
}
# case: keys_of_wrong_type_20
package types.keys_of_wrong_type_20

p if {
	q := {"a": {"b": 1}}
	k := 3
	q[k].b == "x"
	q.a[k] == "x"
	q[_][k] == "x"
}
