package types.startswith_one

p if startswith("abc")
