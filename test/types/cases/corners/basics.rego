# case: basics_01
package types.basics_01

p if { every x in [1,2] { count(x) > 1 } }
# case: basics_02
package types.basics_02

q if { every x in [1,2] { x.foo } }
# case: basics_03
package types.basics_03

s if { not startswith("a", 1) }
# case: basics_04
package types.basics_04

t if { x := [y | y := 1; startswith("a", y)]; x }
# case: basics_05
package types.basics_05

u if { x := {"a": 1}; x.b }
# case: basics_06
package types.basics_06

v if { {"a": 1} = {"b": 1} }
# case: basics_07
package types.basics_07

w if { every x in 5 { x } }
# case: basics_08
package types.basics_08

f(x) := x+1
g if { f("a") }
# case: basics_09
package types.basics_09

f(x) := x+1
h if { f(1,2,3) }
# case: basics_10
package types.basics_10

f(x) := x+1
i if { f("a") with f as g2 }
g2(x,y) := x
# case: basics_11
package types.basics_11

j if { count("a",1,2) }
# case: basics_12
package types.basics_12

q := {"a": 1}
k if { x := input.foo; data.types.basics_12.q.foo }
# case: basics_13
package types.basics_13

l if { count(1, "a") }
# case: basics_14
package types.basics_14

m if f
f(x) := x
# case: basics_15
package types.basics_15

n := data.types.basics_15.zzz
# case: basics_16
package types.basics_16

o if { print(1) }
# case: basics_17
package types.basics_17

o if { every k, v in {"a": 1} { k == 1; startswith(v, "a") } }
