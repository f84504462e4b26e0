package types.comprehension_variable_from_outside

p := xs if {
	base := "x"
	xs := [n | n := base + 1]
}
