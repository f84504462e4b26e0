package types.element_of_set_of_wrong_type

admins := {"alice", "bob"}

p if admins[1]
