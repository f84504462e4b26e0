package authz

import data.users

default allow := false

allow if {
	input.user == "ada"
	users[input.user].admin
}

deny contains msg if {
	not input.user
	msg := "no user"
}

f(x) := y if {
	y := x * 2
} else := 3

roles[r] := n if {
	some r, n in input.roles
}
every_ok if every x in input.xs { x > 1 }
