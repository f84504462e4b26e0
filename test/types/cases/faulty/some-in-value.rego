package types.some_in_value

p if {
	some x in [1, 2, 3]
	x == "1"
}
