package types.function_with_key

f(x) := x

p if f.y
