package types.assignment_of_array_pattern

p if {
	[x, y] := ["a", 1]
	upper(y) == x
}
