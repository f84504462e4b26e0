package types.set_operations

a := {1, 2}

b := {"x"}

p := a | b

q := a & b

r := a - b

n := count(a - b) + 1
