package types.unification_then_use

p if {
	[x, y] = [1, "a"]
	x + y == 2
}
