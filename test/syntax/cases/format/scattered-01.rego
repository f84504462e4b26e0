package bodies

p if { # e64
 a; b; c }
p if {
	# c16
a
	b;
 c

	d
# c23
}
p if {
	# c48
a ;
	b
}
p if { a == 1 } { b == 2 
# h
} { c }
p if a 
	with input as 1 with data.x as 2
p if {

	a with 
	input as {"x": 1} with data.y.z as [1] with f as g
	not b 
	with input as 1
# c96
}
p if x in xs
p if x == 1
# c97
p if not x
p if {
 true }
p if {
# f26
{x} == {1}}
p if {x | x}
p if {x: y | x}
p if {"a": 1}

p 
	if [ # e91
1]
p if { {x} | {y} == 
	z }
p if { ({1} | {2}) }
p if (
1 + 2) == 3 # t85 
p if f(
x)
p if f(x)[0].y
p if {
x; y | z}
