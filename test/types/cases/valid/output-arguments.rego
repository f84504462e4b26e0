package types.output_arguments

p if {
	count("abc", n)
	n == 3
}

q if {
	split("a/b", "/", parts)
	parts[1] == "b"
}

r if startswith("ab", "a", true)
