package types.chained_locals

p if {
	a := input.x
	b := a.y
	c := b[_]
	d := c.z + 1
	d > 2
}
