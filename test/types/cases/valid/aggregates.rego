package types.aggregates

p := sum([1, 2]) + max({3, 4}) + product([])

q := max(["a", "b"])

r := sort({3, 1})[0]

s := count({"a": 1}) + count("abc") + count({1}) + count([])

t := sum([])
