package types.function_returns_object

pair(a, b) := {"a": a, "b": b}

p if pair(1, "x").a == 1

q if pair(1, 2).b.c
