package types.function_arity

f(x) := x

p := f(1, 2, 3)
