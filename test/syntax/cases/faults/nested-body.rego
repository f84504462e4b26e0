package a
p if {
	x := {y |
		y := [z | z := ]
	}
}
