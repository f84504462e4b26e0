# case: effects_of_arguments_01
package types.effects_of_arguments_01

p := v if {
	[v, 1] = [x | x := 1]
}
# case: effects_of_arguments_02
package types.effects_of_arguments_02

p := v if {
	[v, 1] = [x | some x in input.xs]
	v > 0
}
# case: effects_of_arguments_04
package types.effects_of_arguments_04

p := v if {
	[v, [w]] = [1, [x | x := 1]]
	w == 1
}
# case: effects_of_arguments_05
package types.effects_of_arguments_05

f(p0, p1) := 1 if { crypto.hmac.md5(p0, 1); x := p0.foo }
# case: effects_of_arguments_06
package types.effects_of_arguments_06

f(p0, p1) := 1 if { crypto.hmac.md5(p0, {1}); x := p0.foo }
# case: effects_of_arguments_07
package types.effects_of_arguments_07

f(p0, p1) := 1 if { x := {p0[0][1], (p0 * null)} }
# case: effects_of_arguments_08
package types.effects_of_arguments_08

f(p0, p1) := 1 if { x := {p0[0][1], (p0 * 2)} }
# case: effects_of_arguments_09
package types.effects_of_arguments_09

f(p0, p1) := 1 if { x := [p0.foo, upper(p0)] }
# case: effects_of_arguments_10
package types.effects_of_arguments_10

f(p0, p1) := 1 if { x := [upper(p0), p0.foo] }
# case: effects_of_arguments_11
package types.effects_of_arguments_11

f(p0, p1) := 1 if { x := p0.foo; upper(p0) }
# case: effects_of_arguments_12
package types.effects_of_arguments_12

f(p0, p1) := 1 if { count(p0.foo) == count(upper(p0)) }
# case: effects_of_arguments_13
package types.effects_of_arguments_13

f(p0, p1) := 1 if { upper(p0) == p0.foo }
# case: effects_of_arguments_14
package types.effects_of_arguments_14

f(p0, p1) := p0.foo if { upper(p0) == "x" }
# case: effects_of_arguments_15
package types.effects_of_arguments_15

f(p0, p1) := p0.foo if { {1: {1: 1}, 1: upper(p0)} == {} }
# case: effects_of_arguments_16
package types.effects_of_arguments_16

f(p0, p1) := p0.foo if { {1: upper(p0)} == {} }
# case: effects_of_arguments_17
package types.effects_of_arguments_17

p if input.x[input.y.z].w == input.q[input.y]
