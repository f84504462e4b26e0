package types.array_with_number_variable

xs := ["a", "b"]

p if {
	i := 1
	xs[i] == "b"
}
