package types.wildcard_in_message

p if {
	x := {"a": {"b": 1}}
	x[_].c == 1
}
