package types.function_argument

double(n) := n * 2

p := double("2")
