package types.union_narrowing_by_call

value := 1 if input.a

value := "one" if input.b

p if upper(value) == "ONE"

q if value + 1 == 2
