package types.with_on_nested_input

p if q with input.a.b as 1 with input.c as {"d": [2]}

q if {
	input.a.b == 1
	input.c.d[0] == 2
}
