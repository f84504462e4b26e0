package authz

import data.users

default allow := false

allow if {
	input.user == "ada"
	users[input.user].admin
}

allow if { input.user == "bob"; input.x == 1 }

deny contains msg if {
	not input.user
	msg := "no user"
}

f(x) := y if {
	x > 100
	y := x * 2
} else := 3 if {
	x == 1
} else := 4

g := {
	"a": 1,
	"b": [x | some x in [1,2,3]; x > 1],
}

roles[r] := n if {
	some r, n in input.roles
	every z in [1,2] {
		z > 0
	}
}
nope if {
	input.q == 1
	input.w == 2
	input.z == 3
}
h := [1, 2,
  3]
k := count({y | y := input.roles[_]; y > 1})
m.n["x"] := 2
multi if {
	count([x |
		some x in [1,2]
		x > 1
	]) == 1
	s := $"a{input.user}b"
	not multi2
}
multi2 if {
  not {false}
}
lst := [v | v := 1; false]
obj := {"a": v | v := 1}
default dd(x) := 1
dd(x) := 2 if { x == 3 }
a.b.c if true
nested if { not g.a == 2; not f(1) == 7 }
