package types.output_variable

p if {
	to_number("3", n)
	n == "3"
}
