package types.comparison_of_sides

allow if {
	limit := 10
	limit == "10"
}
