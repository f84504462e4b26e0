package types.error_in_function_body

f(x) := y if {
	y := x + 1
	upper(y)
}

p if f("anything") == 3
