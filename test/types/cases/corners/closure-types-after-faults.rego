# case: closure_types_after_faults_01
package types.closure_types_after_faults_01

p if {
	x := [v.foo | v := {"foo": 1}]
	x == 1
}
# case: closure_types_after_faults_02
package types.closure_types_after_faults_02

p if {
	x := [w | v := {"foo": 1}; w := v.foo]
	x == 1
}
# case: closure_types_after_faults_03
package types.closure_types_after_faults_03

p if {
	x := [w | v := {"foo": 1}; w := v.foo; v.bar]
	x == 1
}
# case: closure_types_after_faults_04
package types.closure_types_after_faults_04

p if {
	x := [v | v := {"foo": 1}; v.bar]
	x == 1
}
# case: closure_types_after_faults_05
package types.closure_types_after_faults_05

p if {
	x := [v | v := {"foo": 1}; v.foo]
	x == 1
}
# case: closure_types_after_faults_06
package types.closure_types_after_faults_06

p if {
	x := [v | v := {"foo": 1}; u := {"b": 1}; u.x]
	x == 1
}
# case: closure_types_after_faults_07
package types.closure_types_after_faults_07

p if {
	x := [[u, v] | v := {"foo": 1}; u := {"b": 1}; u.x]
	x == 1
}
# case: closure_types_after_faults_08
package types.closure_types_after_faults_08

p if {
	x := [[u, v] | v := {"foo": 1}; u := {"b": 1}; u.x; v.foo]
	x == 1
}
# case: closure_types_after_faults_09
package types.closure_types_after_faults_09

p if {
	x := [[u, v] | v := {"foo": 1}; v.foo; u := {"b": 1}; u.x]
	x == 1
}
# case: closure_types_after_faults_10
package types.closure_types_after_faults_10

p if {
	x := [[u, v] | v := {"foo": 1}; v[_]; u := {"b": 1}; u.x]
	x == 1
}
# case: closure_types_after_faults_11
package types.closure_types_after_faults_11

p if {
	x := [[u, v] | v := {"foo": 1}; v[k]; u := {"b": 1}; u.x]
	x == 1
}
# case: closure_types_after_faults_12
package types.closure_types_after_faults_12

p if {
	x := [[k, u, v] | v := {"foo": 1}; v[k]; u := {"b": 1}; u.x]
	x == 1
}
