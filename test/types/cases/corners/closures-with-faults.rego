# case: closures_with_faults_01
package types.closures_with_faults_01

p if {
	k := "op"
	json.patch({}, [{k: 1}])
}
# case: closures_with_faults_02
package types.closures_with_faults_02

p if {
	k := input.x
	json.patch({}, [{k: 1}])
}
# case: closures_with_faults_03
package types.closures_with_faults_03

p if {
	json.patch({}, [{"op": "add"}])
}
# case: closures_with_faults_04
package types.closures_with_faults_04

p if {
	json.patch({}, [{"op": "add", "path": 1, "value": 1}])
}
# case: closures_with_faults_05
package types.closures_with_faults_05

p if {
	x := [1 | v := 1; v.foo]
	x == 1
}
# case: closures_with_faults_06
package types.closures_with_faults_06

p if {
	x := [v.foo | v := 1]
	x == 1
}
# case: closures_with_faults_07
package types.closures_with_faults_07

p if {
	x := {v.foo | v := 1}
	x == 1
}
# case: closures_with_faults_08
package types.closures_with_faults_08

p if {
	x := {1 | v := 1; v.foo}
	x == 1
}
# case: closures_with_faults_09
package types.closures_with_faults_09

p if {
	x := {"a": 1 | v := 1; v.foo}
	x == 1
}
# case: closures_with_faults_10
package types.closures_with_faults_10

p if {
	x := {"a": w | v := 1; w := v.foo}
	x == 1
}
# case: closures_with_faults_11
package types.closures_with_faults_11

p if {
	x := [w | v := 1; w := upper(v)]
	x == 1
}
# case: closures_with_faults_12
package types.closures_with_faults_12

p if {
	x := [w | v := 1; w := input.x; upper(v)]
	x == 1
}
# case: closures_with_faults_13
package types.closures_with_faults_13

p if {
	x := [w | w := {v | v := 1; v.foo}]
	x == 1
}
# case: closures_with_faults_14
package types.closures_with_faults_14

p if {
	x := [1 | v := 1; v.foo]
	y := [1 | v := x.foo]
	y == 1
}
# case: closures_with_faults_15
package types.closures_with_faults_15

p if {
	y := upper(1)
	y == 1
}
# case: closures_with_faults_16
package types.closures_with_faults_16

p if {
	y := input.x + upper(1)
	y == "a"
}
# case: closures_with_faults_17
package types.closures_with_faults_17

p if {
	y := [upper(1)]
	y == "a"
}
# case: closures_with_faults_18
package types.closures_with_faults_18

p if {
	x := 1
	y := x.foo
	y == "a"
	y == 2
	z := y
	z == {}
}
# case: closures_with_faults_19
package types.closures_with_faults_19

p if {
	startswith("a", [x | x := upper(1)])
}
# case: closures_with_faults_20
package types.closures_with_faults_20

p if {
	count([x | x := upper(1)]) == "a"
}
