package types.walk_forms

p if {
	walk(input, [path, value])
	path[0] == "a"
	value == 1
}

q := [v | walk({"a": 1}, [["a"], v])]

r if walk(input, [_, "x"])
