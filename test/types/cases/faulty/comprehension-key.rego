package types.comprehension_key

p := {count(k): 1 | some k in [1, 2]}
