package types.null_values

n := null

p if n == null

q if is_null(n)

r if object.get({}, "a", null) == n
