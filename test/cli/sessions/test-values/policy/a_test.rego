package a_test

test_a[note] := 5 if { some note in ["x"] }
test_b[note] := "y" if { some note in ["x"] }
test_c[note] if { 
  some tc in [{"note": "n1", "a": 1}, {"note": "n2", "a": 2}]
	tc.a == 1
    note := tc.note
}
test_d[note] := x if { some note in ["x"]; x := {"a": true} }
test_e.foo[note] if { some note in ["x"] }
test_g[note][2] if { some note in ["x"]; note != "x" }
test_h contains note if { some note in ["p"] }
test_n[note] if {
	note := "lit"
	x := {"a": "some longish text value here to be wrapped in the output line of the test report"}
	x.a == "b"
}
test_long if {
	x := {"a": "some longish text value here to be wrapped in the output line of the test report", "b": [1,2,3]}
	count([y | some y in x.b; y > 1]) == 3
}
f(x) := x
test_call if {
	z := 1
	f(z) + 2 == z
}
test_not if {
	z := 1
	not z
}
test_some if {
	some z in [1,2]
	z > 2
}
test_notcall if {
	not f(1)
}
test_input if {
	input.foo == 1 with input as {"foo": 2}
}
test_multi if {
	xs := [1, 2]
	xs == [
	  1,
	  3,
	]
}
test_bool if {
	f(false)
}
test_sub if {
	helper(3) with input as {"a": 1}
}
helper(x) if {
	y := x + 1
	y == 5
}
