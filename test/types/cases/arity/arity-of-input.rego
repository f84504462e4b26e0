package types.arity_of_input

p := abs(input.x, data.y, input)
