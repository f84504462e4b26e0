package types.input_used_as_two_types

p if {
	x := input.x
	x + 1 == 2
	upper(x) == "a"
	y := x + 1
	upper(y) == "b"
}
