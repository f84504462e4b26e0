package types.object_pattern_with_missing_key

f({"a": a, "b": b}) := a + b

p := f({"a": 1, "c": 2})
