package types.minus_numbers_or_sets

p := 3 - 2

q := {3} - {2}

r := input.x - 1

s := input.x - {1}
