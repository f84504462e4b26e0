# case: nested_closures_01
package types.nested_closures_01

p := [y | z := 1; y := [w | w := {z | true}]]
# case: nested_closures_02
package types.nested_closures_02

p := [y | z := 1; y := {w | w := {z | true}}]
# case: nested_closures_03
package types.nested_closures_03

p := [y | z := input.x; y := {w | w := [z | true]}]
# case: nested_closures_04
package types.nested_closures_04

p := [y | z := input.x; y := {w | w := {z: 1 | true}; w}]
# case: nested_closures_05
package types.nested_closures_05

p := [y | z := 1; y := [w | w := {z | input.foo}; w[_] == 1]]
# case: nested_closures_06
package types.nested_closures_06

p if { every x in input.xs { y := [w | w := {x | true}]; y } }
# case: nested_closures_07
package types.nested_closures_07

p if { every x in input.xs { y := {x | true}; y } }
# case: nested_closures_08
package types.nested_closures_08

p if { every x in input.xs { y := {x: 1 | true}; y } }
# case: nested_closures_09
package types.nested_closures_09

import future.keywords.not
p if { not { x := input.a; y := {x | true}; y } }
# case: nested_closures_10
package types.nested_closures_10

import future.keywords.not
p if { not { x := input.a; z := [y | y := {x | true}]; z } }
# case: nested_closures_11
package types.nested_closures_11

p if { every x in input.xs { count({x: 1 | true}) == 1 } }
# case: nested_closures_12
package types.nested_closures_12

p if { every x in input.xs { y := [z | a := {x}; z := {a | true}]; y } }
