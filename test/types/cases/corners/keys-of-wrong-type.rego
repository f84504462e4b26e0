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
