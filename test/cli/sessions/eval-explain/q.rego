package q

allow if {
	input.user.name == "ann"
	trace("checking ann")
	some r in data.roles.ann
	r == role
	not deny
	every x in [1, 2] { x > 0 }
}
role := "admin"
deny if { input.user.age < 3 }
deny if count([y | some y in [1,2]; y > 1]) == 3
