package types.nested_calls

p := upper(concat(",", [1, 2]))
