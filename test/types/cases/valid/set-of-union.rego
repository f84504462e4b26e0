package types.set_of_union

s := {1, "a", null}

p if s[1]

q if s.a

r if {
	some x in s
	x == null
}
