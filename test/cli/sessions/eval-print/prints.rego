package prints

# A rule that prints says so however early it fails: no index leaves it out, and nothing goes ahead of its print.
allow if {
	print("role of", input.user)
	input.role == "admin"
}

allow if {
	print("owner of", input.resource)
	data.owners[input.resource] == input.user
}

allow if {
	print("time", input.time)
	input.time
}

tags contains data.tags.none if print("tags")

limits[data.tags.none] := 1 if print("limits")

level(x) := 1 if {
	print("level 1 of", x)
	x == 1
}

level(x) := 2 if {
	print("level 2 of", x)
	x == 2
}

# Four rules alike, one of which prints.
kind := "a" if input.user == "a"

kind := "b" if input.user == "b"

kind := "c" if input.user == "c"

kind := "d" if {
	print("kind")
	input.user == "d"
}

found := level(3)

# Of two rules that give the same, the one that prints is tried first: the other is behind the index.
either if input.role == "admin"

either if {
	print("either")
	true
}
