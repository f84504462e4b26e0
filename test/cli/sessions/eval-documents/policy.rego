package authz

default allow := false

allow if {
	some role in data.users[input.user].roles
	input.action in roles[role]
}

roles := {
	"editor": {"read", "write"},
	"reader": {"read"},
}

nothing if input.user == "nobody"
