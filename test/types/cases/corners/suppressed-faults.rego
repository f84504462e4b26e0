# case: suppressed_faults_01
package types.suppressed_faults_01

p if {
	x := [z | z := data.types.suppressed_faults_01.q.z]
	x == "a"
	x == 2
}
q := {"a": 1}
# case: suppressed_faults_02
package types.suppressed_faults_02

p if {
	y := [w | w := [u | u := data.types.suppressed_faults_02.q.z]]
	y == 1
}
q := {"a": 1}
# case: suppressed_faults_03
package types.suppressed_faults_03

p if {
	y := [w | w := [u | u := data.types.suppressed_faults_03.q.z]; w == "a"; w == 2]
	y == 1
}
q := {"a": 1}
# case: suppressed_faults_04
package types.suppressed_faults_04

p if {
	x := [1 | startswith(1,2)]
	x == "a"
	x == 2
}
# case: suppressed_faults_05
package types.suppressed_faults_05

p if {
	y := [w | w := [1 | startswith(1,2)]]
	y == 1
}
# case: suppressed_faults_06
package types.suppressed_faults_06

p if {
	x := 1
	startswith(x.foo, 5)
}
# case: suppressed_faults_07
package types.suppressed_faults_07

p if {
	x := 1
	startswith(5, x.foo)
}
# case: suppressed_faults_08
package types.suppressed_faults_08

p if {
	x := 1
	y := x.foo
	x == "a"
	y == "a"
	y == 1
}
# case: suppressed_faults_09
package types.suppressed_faults_09

p if {
	x := 1
	y := x.foo == "a"
	y == 1
}
# case: suppressed_faults_10
package types.suppressed_faults_10

p if {
	x := 1
	upper(x.foo, y)
	y == 1
}
# case: suppressed_faults_11
package types.suppressed_faults_11

p if {
	y := upper(data.types.suppressed_faults_11.q.z)
	y == 1
}
q := {"a": 1}
# case: suppressed_faults_12
package types.suppressed_faults_12

p if {
	y := upper(1)
	y == 1
}
# case: suppressed_faults_13
package types.suppressed_faults_13

p if {
	upper([1 | data.types.suppressed_faults_13.q.z], y)
	y == 1
}
q := {"a": 1}
# case: suppressed_faults_14
package types.suppressed_faults_14

p if {
	x := 1
	y := [w | [w] = [x.foo]; w == 1]
	y == 1
}
# case: suppressed_faults_15
package types.suppressed_faults_15

p if {
	x := input.x
	y := [w | [w, x] = input.z; w == 1]
	y == 1
}
# case: suppressed_faults_16
package types.suppressed_faults_16

p if {
	y := [w | [w, x] = input.z; w == 1; w == "a"]
	y == 1
}
