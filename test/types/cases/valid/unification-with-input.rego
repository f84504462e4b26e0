package types.unification_with_input

p := x if {"a": x} = input

q := y if {
	[y, _] = input.pair
	y > 1
}
