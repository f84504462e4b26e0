package types.base_documents

p if {
	data.users[input.user].roles[_] == "admin"
	data.limits.x + 1 > 2
}
