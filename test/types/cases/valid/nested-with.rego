package types.nested_with

f(x) := x + input.y

p if f(1) == 3 with input.y as 2

q := [r | r := f(1) with input.y as 1]
