package types.some_in_scalar

p if {
	some x in "abc"
	x == "a"
}
