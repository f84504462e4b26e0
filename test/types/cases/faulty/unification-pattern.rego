package types.unification_pattern

p := x if [x, "b"] = ["a", 2]
