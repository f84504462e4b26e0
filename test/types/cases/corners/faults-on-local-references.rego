# case: faults_on_local_references_01
package types.faults_on_local_references_01

p if {
	x := [[v.foo] | v := 1]
	x == 1
}
# case: faults_on_local_references_02
package types.faults_on_local_references_02

p if {
	x := [{"a": v.foo} | v := 1]
	x == 1
}
# case: faults_on_local_references_03
package types.faults_on_local_references_03

p if {
	x := [w | v := 1; w := v.foo; w == "a"]
	x == 1
}
# case: faults_on_local_references_04
package types.faults_on_local_references_04

p if {
	x := [w | v := 1; w := v.foo; w == "a"; w == 2]
	x == 1
}
# case: faults_on_local_references_05
package types.faults_on_local_references_05

p if {
	x := [w | v := 1; w := v.foo; u := w.bar; u.x == 1]
	x == 1
}
# case: faults_on_local_references_06
package types.faults_on_local_references_06

p if {
	x := [w | v := 1; [w] = v.foo]
	x == 1
}
# case: faults_on_local_references_07
package types.faults_on_local_references_07

p if {
	x := [w | v := 1; [w] = [v.foo]]
	x == 1
}
# case: faults_on_local_references_08
package types.faults_on_local_references_08

p if {
	x := [w | v := 1; v.foo[w]]
	x == 1
}
# case: faults_on_local_references_09
package types.faults_on_local_references_09

p if {
	x := [w | v := [1]; v.foo[w]]
	x == 1
}
# case: faults_on_local_references_10
package types.faults_on_local_references_10

p if {
	x := [w | v := 1; v[w]]
	x == 1
}
# case: faults_on_local_references_11
package types.faults_on_local_references_11

p if {
	x := [w | v := 1; upper(v.foo, w)]
	x == 1
}
# case: faults_on_local_references_12
package types.faults_on_local_references_12

p if {
	x := [w | v := 1; w := upper(v.foo)]
	x == 1
}
# case: faults_on_local_references_13
package types.faults_on_local_references_13

p if {
	x := [w | v := 1; w := v.foo + 1]
	x == 1
}
# case: faults_on_local_references_14
package types.faults_on_local_references_14

p if {
	x := [w | v := 1; w := [u | u := v.foo]]
	x == 1
}
# case: faults_on_local_references_15
package types.faults_on_local_references_15

p if {
	x := [w | v := 1; w := v.foo == 2]
	x == 1
}
# case: faults_on_local_references_16
package types.faults_on_local_references_16

p if {
	x := [1 | v := 1; {v.foo} == 2]
	x == 1
}
# case: faults_on_local_references_17
package types.faults_on_local_references_17

p if {
	x := [1 | v := 1; 1 == "a"]
	x == 1
}
# case: faults_on_local_references_18
package types.faults_on_local_references_18

p if {
	x := [1 | data.types.faults_on_local_references_18.q.z]
	x == 1
}
q := {"a": 1}
# case: faults_on_local_references_19
package types.faults_on_local_references_19

p if {
	x := [z | z := data.types.faults_on_local_references_19.q.z]
	x == 1
}
q := {"a": 1}
# case: faults_on_local_references_20
package types.faults_on_local_references_20

p if {
	x := [z | z := q.z]
	x == 1
}
q := {"a": 1}
# case: faults_on_local_references_21
package types.faults_on_local_references_21

p if {
	x := [z | z := data.types.faults_on_local_references_21.q.a.b]
	x == 1
}
q := {"a": 1}
# case: faults_on_local_references_22
package types.faults_on_local_references_22

p if {
	x := [z | z := f]
	x == 1
}
f(x) := 1
# case: faults_on_local_references_23
package types.faults_on_local_references_23

p if {
	x := [z | z := f.x]
	x == 1
}
f(x) := 1
