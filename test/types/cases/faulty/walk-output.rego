package types.walk_output

p if {
	walk(input, [path, value])
	path == "a"
	value
}
