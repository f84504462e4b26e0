package types.negated_reference

o := {"a": 1}

p if not o.b
