package types.error_in_else

p if {
	input.x
} else if {
	upper(1) == "1"
}
