# case: argument_order_01
package types.argument_order_01

r0(p0) := p0 if {
	crypto.hmac.md5(p0, [p0, p0])
}
# case: argument_order_02
package types.argument_order_02

r0(p0) := p0 if {
	crypto.hmac.md5(p0, [p0, 1])
}
# case: argument_order_03
package types.argument_order_03

r0(p0) := p0 if {
	crypto.hmac.md5(p0, [1])
}
# case: argument_order_04
package types.argument_order_04

r0(p0) := p0 if {
	crypto.hmac.md5(p0, 1)
}
# case: argument_order_05
package types.argument_order_05

r0(p0) := p0 if {
	crypto.hmac.md5([1], p0)
}
# case: argument_order_06
package types.argument_order_06

r0(p0) := p0 if {
	crypto.hmac.md5(p0, input.x)
	crypto.hmac.md5(p0, count(input.x))
}
# case: argument_order_07
package types.argument_order_07

r0(p0) := p0 if {
	x := 1
	crypto.hmac.md5(p0, x)
}
# case: argument_order_08
package types.argument_order_08

r0(p0) := p0 if {
	x := 1
	crypto.hmac.md5(p0, {x})
}
# case: argument_order_09
package types.argument_order_09

r0(p0) := p0 if {
	crypto.hmac.md5(p0, {1})
}
# case: argument_order_10
package types.argument_order_10

r0(p0) := p0 if {
	crypto.hmac.md5(p0, {p0})
}
# case: argument_order_11
package types.argument_order_11

r0(p0) := p0 if {
	crypto.hmac.md5(p0, {"a": p0})
}
# case: argument_order_12
package types.argument_order_12

r0(p0) := p0 if {
	crypto.hmac.md5(p0, {"a": 1})
}
# case: argument_order_13
package types.argument_order_13

r0(p0, p1) := p0 if {
	x := 1
	regex.replace(p0, x, p1)
}
# case: argument_order_14
package types.argument_order_14

r0(p0, p1) := p0 if {
	regex.replace(p0, [p0], p1)
}
# case: argument_order_15
package types.argument_order_15

r0(p0, p1) := p0 if {
	regex.replace(p0, [p1], p1)
}
# case: argument_order_16
package types.argument_order_16

r0(p0, p1) := p0 if {
	regex.replace(p0, p1, [p1])
}
# case: argument_order_17
package types.argument_order_17

r0(p0, p1) := p0 if {
	regex.replace(p0, p1, [x | x := 1])
}
