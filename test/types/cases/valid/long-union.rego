package types.long_union

v := 1 if input.a

v := "s" if input.b

v := null if input.c

v := [1] if input.d

v := {"k": 1} if input.e

v := {1} if input.f

v := true if input.g

p if v.k == 1

q if v[0] == 1

r if v[1]
