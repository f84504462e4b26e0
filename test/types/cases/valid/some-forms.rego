package types.some_forms

p if {
	some x in [1, "a", true]
	x == "a"
}

q if {
	some k, v in {"a": 1, 2: "b"}
	k == 2
	v == "b"
}

r if {
	some i
	[1, 2][i] == 2
}

s if {
	some x in {1, 2} | {3}
	x > 1
}
