package types.function_higher_order_mock

f(x) := x + 1

g(x) := x * 2

p if f(1) == 2 with f as g

q if count([1]) == 5 with count as 5

r if upper("a") == "b" with upper as lower
