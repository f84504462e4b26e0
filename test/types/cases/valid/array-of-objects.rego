package types.array_of_objects

xs := [{"n": 1}, {"n": "a", "m": 2}]

p if xs[_].n == 1

q if xs[_].m == 2

r if xs[1].m == 2
