# case: unused_results_01
package types.unused_results_01

r0 := "a" if {
	v0 := false
	v1 := [input, v0]
	v2 := json.patch([v0, null], v0)
	some v3 in v1[_]
}
# case: unused_results_02
package types.unused_results_02

r0 := "a" if {
	v0 := false
	v2 := json.patch([v0, null], v0)
}
# case: unused_results_03
package types.unused_results_03

r0 := "a" if {
	v0 := false
	v1 := [input, v0]
	some v3 in v1[_]
}
