package types.output_argument

p if {
	count("abc", "three")
}
