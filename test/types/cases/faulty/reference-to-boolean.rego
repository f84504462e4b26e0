package types.reference_to_boolean

p if {
	x := is_string(input)
	x.y
}
