package types.nested_arity

p := upper(lower())
