package types.object_with_dynamic_key

o := {"a": 1, input.key: "x"}

p if o.a == 1

q if o.z == "x"
