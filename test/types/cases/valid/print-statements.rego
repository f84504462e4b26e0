package types.print_statements

p if {
	print("value", input.x, [1], {"a": set()})
	print()
	input.x
}
