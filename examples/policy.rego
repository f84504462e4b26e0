package example

default allow := false

allow if {
	some role in data.roles[input.user]
	role == "admin"
}

allow if {
	input.method == "GET"
	input.user
}
