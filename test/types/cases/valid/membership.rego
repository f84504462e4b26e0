package types.membership

p if 1 in [1, 2]

q if "a", 1 in {"a": 1}

r if not "x" in input.y

s := [y | y := 3 in {3}]
