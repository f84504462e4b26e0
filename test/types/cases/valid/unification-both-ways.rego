package types.unification_both_ways

p := x if {
	[x, 2] = [1, y]
	y == 2
}

q := z if {"a": [_, z]} = {"a": [1, "b"]}
