package types.partial_object_two_variables

grid[x][y] := "on" if {
	some x in [1, 2]
	some y in ["a"]
}

p if grid[1].a == 4
