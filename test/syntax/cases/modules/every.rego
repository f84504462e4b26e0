package ev

p if every x in xs { x }
p if every k, v in xs { k; v }
p if { every x in [1, 2] { x > 0; x < 3 } }
p if { every x in {1: 2} { x } with input as 1 }
p if { every x in f(y).z { every y in x { y } } }
p if { every x in {y | y := 1} { x } }
p if { every _ in xs { true } }
p if {
	every x in xs {
		x
		some y in x
	}
}
