package types.output_of_relation

p := {path | walk({"a": {"b": 1}}, [path, _])}

q := [path[0] | walk([1], [path, 1])]
