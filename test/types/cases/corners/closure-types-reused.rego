# case: closure_types_reused_01
package types.closure_types_reused_01

p if {
	x := 1
	y := [w | w := x.foo]
	y == 1
}
# case: closure_types_reused_02
package types.closure_types_reused_02

p if {
	x := 1
	y := [w | w := x.foo]
	z := x.foo
	z == 1
}
# case: closure_types_reused_03
package types.closure_types_reused_03

p if {
	x := 1
	y := [w | w := x.foo]
	z := [w | w := x.foo]
	y == 1
	z == 1
}
# case: closure_types_reused_04
package types.closure_types_reused_04

p if {
	y := [w | x := 1; w := x.foo; w == "a"; w == 2]
	y == 1
}
# case: closure_types_reused_05
package types.closure_types_reused_05

p if {
	y := [w | x := 1; w := [u | u := x.foo]]
	y == 1
}
# case: closure_types_reused_06
package types.closure_types_reused_06

p if {
	y := [w | x := 1; w := [u | u := x.foo]; w == 1]
	y == 1
}
# case: closure_types_reused_07
package types.closure_types_reused_07

p if {
	y := [w | x := 1; w := [u | z := x; u := z.foo]; w == 1]
	y == 1
}
# case: closure_types_reused_08
package types.closure_types_reused_08

p if {
	y := [w | x := 1; w := x.foo; u := x.foo; u == 1; u == "a"]
	y == 1
}
# case: closure_types_reused_09
package types.closure_types_reused_09

p if {
	y := [1 | x := 1; x.foo; upper(1)]
	y == 1
}
# case: closure_types_reused_10
package types.closure_types_reused_10

p if {
	y := [1 | x := 1; x.foo; upper(x.foo)]
	y == 1
}
# case: closure_types_reused_11
package types.closure_types_reused_11

p if {
	y := [1 | x := 1; x.foo; x == "a"]
	y == 1
}
# case: closure_types_reused_12
package types.closure_types_reused_12

p if {
	[1 | x := 1; x.foo] == 1
}
# case: closure_types_reused_13
package types.closure_types_reused_13

p if {
	count([1 | x := 1; x.foo], "a")
}
# case: closure_types_reused_14
package types.closure_types_reused_14

p if {
	upper([1 | x := 1; x.foo])
}
# case: closure_types_reused_15
package types.closure_types_reused_15

p if {
	[y] := [[1 | x := 1; x.foo]]
	y == 1
}
