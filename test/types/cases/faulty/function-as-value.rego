package types.function_as_value

f(x) := x

p := f
