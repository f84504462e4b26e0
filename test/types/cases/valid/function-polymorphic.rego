package types.function_polymorphic

f(x) := x

p if f(1) == "a"

q if f("a") == 1
