package types.with_value_reference

limits := {"a": 1}

p if input.x == 1 with input.x as limits.b
