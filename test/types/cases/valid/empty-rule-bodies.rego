package types.empty_rule_bodies

p := 1

q contains 2

r.s := 3
