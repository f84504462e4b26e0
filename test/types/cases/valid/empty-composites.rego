package types.empty_composites

a := []

b := {}

c := set()

p if a[0] == 1

q if b.x == 1

r if c[1]

s if a == [1]

t if b == {"a": 1}
