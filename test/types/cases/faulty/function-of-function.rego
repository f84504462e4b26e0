package types.function_of_function

twice(f) := f + f

p := twice(twice("a"))
