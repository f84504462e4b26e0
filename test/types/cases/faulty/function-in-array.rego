package types.function_in_array

f(x) := x

p := [1, f]
