package types.object_equality_of_open_objects

p if {
	k := input.k
	{"a": 1, k: 2} == {"b": 2}
}

q if {
	o := {input.x: 1}
	o == {"a": 1}
}
