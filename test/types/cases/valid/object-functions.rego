package types.object_functions

p := object.get({"a": 1}, "a", "none")

q := object.get(input, ["a", 0], null)

r := object.union({"a": 1}, {"b": "c"})

s := object.remove({"a": 1}, {"a"})

t := object.filter({"a": 1}, ["a"])

u := object.keys({"a": 1, 2: 3})
