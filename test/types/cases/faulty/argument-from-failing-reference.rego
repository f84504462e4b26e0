package types.argument_from_failing_reference

o := {"a": 1}

p if upper(o.b) == 1
