package types.set_literal_unknowns

p if {
	x := input.x
	{x, 1} == {1, 2}
	{x: 1} == {"a": 1}
	[x, [x]] == [1, [1]]
}
