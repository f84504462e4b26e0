package types.comprehension_object

lengths := {k: count(v) | some k, v in {"a": "b"}}

p if lengths.a == "one"
