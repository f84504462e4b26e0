# case: closures_in_every_01
package types.closures_in_every_01

p if { z := 1; y := [w | w := {z | input.foo}; w[_] == 1]; y }
# case: closures_in_every_02
package types.closures_in_every_02

p := [y | z := 1; y := [w | w := {z | input.foo}; w.foo == 1]]
# case: closures_in_every_03
package types.closures_in_every_03

p := [y | z := 1; y := [w | w := {z | input.foo}; w == 1]]
# case: closures_in_every_04
package types.closures_in_every_04

p := [y | z := 1; y := [w | w := {z | input.foo}; count(w) == "a"]]
# case: closures_in_every_05
package types.closures_in_every_05

p := [y | z := 1; y := [w | w := {z | input.foo}; {2} == w]]
# case: closures_in_every_06
package types.closures_in_every_06

p := [y | z := 1; y := [w | w := {z | input.foo}; {"a"} == w]]
# case: closures_in_every_07
package types.closures_in_every_07

p if { every x in input.xs { y := {x | true}; y == 1 } }
# case: closures_in_every_08
package types.closures_in_every_08

p if { every x in input.xs { z := [1| y := {x | true}; y == 1]; z } }
# case: closures_in_every_09
package types.closures_in_every_09

p if { every x in input.xs { z := [1| y := {x | true}; count(y) == 1]; z } }
# case: closures_in_every_10
package types.closures_in_every_10

p if { every x in input.xs { z := [1| y := {x | true}; count(y.z) == 1]; z } }
# case: closures_in_every_11
package types.closures_in_every_11

p if { every x in input.xs { z := [1| y := [x | true]; count(y.z) == 1]; z } }
# case: closures_in_every_12
package types.closures_in_every_12

p if { every x in input.xs { z := [1| y := [x]; count(y.z) == 1]; z } }
# case: closures_in_every_14
package types.closures_in_every_14

p if { every x in input.xs { z := [1| count({x: 1}[q]) == 1 ]; z } }
# case: closures_in_every_15
package types.closures_in_every_15

p if { every x in input.xs { z := [1| y := {x: 1}; y[x] ]; z } }
