package types.refs_through_union

v := {"a": 1} if input.x

v := {"b": 2} if input.y

p if v.a == 1

q if v.b == 2
