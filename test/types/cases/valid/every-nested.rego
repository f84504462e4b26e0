package types.every_nested

p if {
	every row in [[1], [2, 3]] {
		every cell in row {
			cell > 0
		}
	}
}
