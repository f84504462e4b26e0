package types.two_comprehensions

p if {
	a := [x | x := 1; lower(x)]
	b := {y | y := "a"; abs(y)}
	a == b
}
