package types.not_call

p if not startswith("a", 1)
