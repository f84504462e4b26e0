# case: dynamic_keys_compared_01
package types.dynamic_keys_compared_01

p if {
	k := 1
	x := {"a": 1}
	y := {k: 2}
	x == y
}
# case: dynamic_keys_compared_02
package types.dynamic_keys_compared_02

p if {
	k := 1
	x := {"a": "z"}
	y := {k: 2}
	x == y
}
# case: dynamic_keys_compared_03
package types.dynamic_keys_compared_03

p if {
	k := 1
	y := {k: 2}
	y == {"a": 1}
}
# case: dynamic_keys_compared_04
package types.dynamic_keys_compared_04

p if {
	k := 1
	y := {k: 2, "b": 1}
	y == {"a": 1}
}
# case: dynamic_keys_compared_05
package types.dynamic_keys_compared_05

p if {
	k := 1
	y := {k: 2, "b": 1}
	y == {"a": 1, "b": 1}
}
# case: dynamic_keys_compared_06
package types.dynamic_keys_compared_06

p if {
	k := 1
	y := {k: 2, "b": 1}
	z := {k: 2, "c": 1}
	y == z
}
# case: dynamic_keys_compared_07
package types.dynamic_keys_compared_07

p if {
	k := 1
	y := {"a": {k: 2, "b": 1}}
	z := {"a": {k: 2, "c": 1}}
	y == z
}
# case: dynamic_keys_compared_08
package types.dynamic_keys_compared_08

f(x) := 1 if { k := 1; x == {k: 2, "b": 1} }
p if f({})
q if f({"b": 1})
r if f({"c": 1})
s if f({1: 1})
t if f({1: "a"})
u if f({1: 1, "b": 2})
v if f({1: 1, "b": "c"})
w if { x := {}; f(x) }
