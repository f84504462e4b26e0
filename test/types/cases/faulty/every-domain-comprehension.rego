package types.every_domain_comprehension

p if {
	every x in [y | y := upper(1)] {
		x == 1
	}
}
