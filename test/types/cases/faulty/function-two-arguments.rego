package types.function_two_arguments

between(low, high) if {
	high - low > 1
	low > 0
}

p if between(1, "9")
