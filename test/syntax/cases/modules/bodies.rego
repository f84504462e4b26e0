package bodies

p if { a; b; c }
p if {
	a
	b; c

	d
}
p if {
	a ;
	b
}
p if { a == 1 } { b == 2 } { c }
p if a with input as 1 with data.x as 2
p if {
	a with input as {"x": 1} with data.y.z as [1] with f as g
	not b with input as 1
}
p if x in xs
p if x == 1
p if not x
p if { true }
p if {{x} == {1}}
p if {x | x}
p if {x: y | x}
p if {"a": 1}
p if [1]
p if { {x} | {y} == z }
p if { ({1} | {2}) }
p if (1 + 2) == 3
p if f(x)
p if f(x)[0].y
p if {x; y | z}
