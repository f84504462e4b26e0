package access

everyone if {
	input.roles[_] == "*"
}

turned if {
	"*" == input.roles[_]
}

named if {
	input.roles[i] = "admin"
	i >= 0
}

deeper if {
	input.groups[_].name == "ops"
}

bound if {
	role := input.roles[_]
	role == "owner"
}

reasons contains "wild" if {
	input.roles[_] == "*"
}

known if {
	data.names[_] == input.name
	data.names[_] == "ada"
}
