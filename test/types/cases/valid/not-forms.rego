package types.not_forms

p if not input.x

q if not startswith(input.y, "a")

r if not input.z == 1

s if not p
