package types.reassigned_names_in_closures

x := "a"

p if {
	x := 1
	ys := [y | x := 2; y := x + 1]
	ys[0] == x + 2
}
