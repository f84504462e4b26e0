package types.comprehension_set

sizes := {count(x) | some x in input.xs}

p if sizes["a"]
