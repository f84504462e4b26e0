package types.variable_key_of_wrong_type

roles := {"a": 1, "b": 2}

p if {
	some i in [1, 2]
	roles[i]
}
