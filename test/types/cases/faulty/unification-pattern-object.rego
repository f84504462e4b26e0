package types.unification_pattern_object

p := x if {"a": x, "b": 1} = {"a": 1, "b": "1"}
