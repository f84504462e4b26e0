# case: arity_and_functions_01
package types.arity_and_functions_01

f(x) := x
m if { y := [f]; y }
# case: arity_and_functions_02
package types.arity_and_functions_02

f(x) := x
m if { y := f; y }
# case: arity_and_functions_04
package types.arity_and_functions_04

f(x) := x
m if { data.types.arity_and_functions_04.f.x }
# case: arity_and_functions_08
package types.arity_and_functions_08

m if { count(1, 2, count(4,5,6)) }
# case: arity_and_functions_09
package types.arity_and_functions_09

m if { count([x|x:=1], {y|y=1}, {1:2}) }
# case: arity_and_functions_10
package types.arity_and_functions_10

m if { print() }
# case: arity_and_functions_11
package types.arity_and_functions_11

m if { count() }
# case: arity_and_functions_12
package types.arity_and_functions_12

f(x,y) := x
m if { x := f(1) }
# case: arity_and_functions_14
package types.arity_and_functions_14

m if { walk(1) ;time.now_ns(1,2)}
# case: arity_and_functions_15
package types.arity_and_functions_15

f(x) := 1
f(x) := "a" if x == 4
p := 1 if f(1) == null
p := 1 if f("a") == null
# case: arity_and_functions_16
package types.arity_and_functions_16

p[x] := 1 if x := 1
q := p.foo
r := p["foo"].x
# case: arity_and_functions_17
package types.arity_and_functions_17

p contains 1
q := p.foo
# case: arity_and_functions_18
package types.arity_and_functions_18

p contains 1
q if p["foo"]
r if p[1].x
# case: arity_and_functions_19
package types.arity_and_functions_19

p := input.x + {1}
