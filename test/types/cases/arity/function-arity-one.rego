package types.function_arity_one

f(x, y) := x

p := f(1)
