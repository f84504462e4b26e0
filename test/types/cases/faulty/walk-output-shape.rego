package types.walk_output_shape

p if walk(input, "x")
