package types.objects_of_mixed_keys

o := {"a": 1, 2: "b", true: null, [1]: {}}

p if o.a == 1

q if o[2] == "b"

r if o[true] == null

s if o[[1]] == {}
