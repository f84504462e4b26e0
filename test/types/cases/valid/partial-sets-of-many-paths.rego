package types.partial_sets_of_many_paths

groups[name] contains member if {
	some name, members in input.groups
	some member in members
}

p if groups.admins.alice

q if "x" in groups[input.g]
