# case: replaced_functions_01
package types.replaced_functions_01

f(x) := 1
p if input.y with input.x as f
# case: replaced_functions_02
package types.replaced_functions_02

f(x) := 1
p if input.y with input as [f]
# case: replaced_functions_03
package types.replaced_functions_03

f(x) := 1
p if { not input.y with input.x as f }
# case: replaced_functions_04
package types.replaced_functions_04

f(x) := 1
p if input.y with data.foo as f
# case: replaced_functions_05
package types.replaced_functions_05

f(x) := 1
p if f(1) with f as [f]
# case: replaced_functions_06
package types.replaced_functions_06

f(x) := 1
p if f(1) with f as data.types.replaced_functions_06.f
# case: replaced_functions_07
package types.replaced_functions_07

f(x) := 1
q := 1
p if f(1) with f as q
# case: replaced_functions_08
package types.replaced_functions_08

f(x) := 1
q := 1
p if f(1) with q as f
# case: replaced_functions_09
package types.replaced_functions_09

p if count([1]) with count as 5
q if count([1]) with count as f
f(x, y) := 1
# case: replaced_functions_10
package types.replaced_functions_10

p if count([1]) with count as startswith
# case: replaced_functions_11
package types.replaced_functions_11

p if count([1]) with count as upper
# case: replaced_functions_12
package types.replaced_functions_12

p if upper("a") with upper as count
# case: replaced_functions_13
package types.replaced_functions_13

p if upper("a") with upper as input.x
# case: replaced_functions_14
package types.replaced_functions_14

f(x) := 1
p if { upper("a") with upper as f with input as 1 with data.x as f }
# case: replaced_functions_15
package types.replaced_functions_15

f(x, y) := 1
p if { upper("a") with upper as f with input as 1 with count as f }
# case: replaced_functions_16
package types.replaced_functions_16

p if { x := 1; upper("a") with upper as x }
# case: replaced_functions_18
package types.replaced_functions_18

f(x) := "a" if x == 1
p if { upper("a") with upper as f }
# case: replaced_functions_19
package types.replaced_functions_19

f(x) := 1 if x == "a"
p if { upper("a") with upper as f }
# case: replaced_functions_20
package types.replaced_functions_20

p if { upper("a") with input.foo as [x | x := 1; x.foo] }
# case: replaced_functions_21
package types.replaced_functions_21

p if { upper("a") with input.foo as data.types.replaced_functions_21.q.z }
q := {"a": 1}
# case: replaced_functions_22
package types.replaced_functions_22

p if { upper("a") with input.foo as q.z }
q := {"a": 1}
