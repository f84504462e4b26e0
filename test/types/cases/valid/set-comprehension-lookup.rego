package types.set_comprehension_lookup

s := {x.name | some x in input.xs}

p if s[input.name]

q if s.literal
