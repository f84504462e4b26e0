# entrypoints: acl/allow acl/roles
package acl

default allow := false

allow if {
	input.user == "ada"
	input.action in {"read", "list"}
}

allow if {
	input.user == "bob"
	input.action == "read"
}

allow if {
	input.user == "cy"
	count(input.groups) > 2
}

allow if input.admin

roles contains "reader" if input.user == "ada"

roles contains "writer" if input.user == "bob"

roles contains role if some role in data.roles[input.user]
