package chained

# The copies of a head have their objects and sets sorted.
v[{"msg": msg, "field": {"z": 1, "a": field}}] {
	field := "a"
	msg := "b"
} {
	field := "c"
	msg := "d"
}

g(x, {"b": 1, "a": 2}) = {"z": 1, "y": 2} { x } { not x }

s(x) = {3, 1, 2} { x } { not x }
