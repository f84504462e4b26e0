package types.any_input

p if {
	input.a.b[_].c == input.d
	upper(input.x) == "A"
	input.x + 1 == 2
	input.xs[i] == input.ys[i]
}
