package types.comprehension_array

names := [n | some n in ["a", "b"]]

p if names[0] == 1
