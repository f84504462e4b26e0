package types.some_in_number_with_key

p if {
	some k, v in 12
	k == v
}
