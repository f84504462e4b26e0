package types.else_branches

grade := "a" if {
	input.points > 90
} else := 5 if {
	input.points > 50
} else := "f"

p if grade == true
