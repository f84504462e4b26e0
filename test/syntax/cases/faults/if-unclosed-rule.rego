package a
p if {
	x := 1

q := 2
