# case: scalars_looked_into_01
package types.scalars_looked_into_01

r2 contains true if {
	some v1 in "foo"
}
# case: scalars_looked_into_02
package types.scalars_looked_into_02

r2 contains true if {
	some v1 in 5
	v1 == 1
}
# case: scalars_looked_into_03
package types.scalars_looked_into_03

r2 contains true if {
	some k, v1 in 5
	v1 == 1
	k == 2
}
# case: scalars_looked_into_04
package types.scalars_looked_into_04

r2 contains true if {
	x := "foo"
	y := x[_]
	y
}
# case: scalars_looked_into_10
package types.scalars_looked_into_10

r2 contains true if {
	net.cidr_intersects(upper(1), 0)
}
# case: scalars_looked_into_12
package types.scalars_looked_into_12

r2 contains true if {
	x := count("foo")[_]
	x == 1
}
# case: scalars_looked_into_13
package types.scalars_looked_into_13

r2 contains true if {
	x := count("foo").x
	x == 1
}
# case: scalars_looked_into_14
package types.scalars_looked_into_14

f(x) := 1
r2 contains true if {
	f(1)[2]
}
# case: scalars_looked_into_15
package types.scalars_looked_into_15

f(x) := 1
r2 contains true if {
	some x in f(1)
	x == 1
}
# case: scalars_looked_into_16
package types.scalars_looked_into_16

f(x) := 1
r2 contains true if {
	every x in f(1) { x == 1 }
}
# case: scalars_looked_into_17
package types.scalars_looked_into_17

r if [1,2][x] == "a"
# case: scalars_looked_into_18
package types.scalars_looked_into_18

r if {"a": 1}[x] == "a"
# case: scalars_looked_into_19
package types.scalars_looked_into_19

r if {"a": 1}[x].y == "a"
# case: scalars_looked_into_20
package types.scalars_looked_into_20

r if [1,2][3] == "a"
# case: scalars_looked_into_21
package types.scalars_looked_into_21

r if [1,2].foo == "a"
