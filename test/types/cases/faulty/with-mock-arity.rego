package types.with_mock_arity

f(x) := x

g(x, y) := x + y

p if f(1) == 1 with f as g
