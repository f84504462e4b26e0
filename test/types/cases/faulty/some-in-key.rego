package types.some_in_key

p if {
	some i, x in ["a", "b"]
	i == "0"
	x == "a"
}
