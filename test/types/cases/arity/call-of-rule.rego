package types.call_of_rule

q := 1

p := q(1)
