# case: unknown_types_in_closures_01
package types.unknown_types_in_closures_01

p if { every x in input.xs { z := [1| y := {x: 1 | true}; y == 1]; z } }
# case: unknown_types_in_closures_02
package types.unknown_types_in_closures_02

p if { every x in input.xs { z := [1| y := {1: x | true}; y == 1]; z } }
# case: unknown_types_in_closures_03
package types.unknown_types_in_closures_03

p if { every x in input.xs { z := [1| y := {x}; y == 1]; z } }
# case: unknown_types_in_closures_04
package types.unknown_types_in_closures_04

p if { every x in input.xs { z := [1| y := {x: 1}; y == 1]; z } }
# case: unknown_types_in_closures_05
package types.unknown_types_in_closures_05

p if { every x in input.xs { z := [1| y := {1: x}; y == 1]; z } }
# case: unknown_types_in_closures_06
package types.unknown_types_in_closures_06

p if { every x in input.xs { z := [1| y := [x]; y == 1]; z } }
# case: unknown_types_in_closures_07
package types.unknown_types_in_closures_07

p if { every x in input.xs { z := [1| y := [{x|true}]; y == 1]; z } }
# case: unknown_types_in_closures_08
package types.unknown_types_in_closures_08

p if { every x in input.xs { z := [1| y := {{x|true}}; y == 1]; z } }
# case: unknown_types_in_closures_09
package types.unknown_types_in_closures_09

p if { every x in input.xs { z := [1| y := {"a": {x|true}}; y == 1]; z } }
# case: unknown_types_in_closures_10
package types.unknown_types_in_closures_10

p if { every x in input.xs { z := [1| y := {x|true}; v:= {x|true}; y == v; y == 1]; z } }
# case: unknown_types_in_closures_11
package types.unknown_types_in_closures_11

p if { every x in input.xs { z := [1| y := {x|true}; {1} == y]; z } }
# case: unknown_types_in_closures_12
package types.unknown_types_in_closures_12

p if { every x in input.xs { z := [1| y := {x|true}; {1} == y; y == 1]; z } }
# case: unknown_types_in_closures_13
package types.unknown_types_in_closures_13

p if { every x in input.xs { z := [1| y := {x:1|true}; {x:1|true} == y; y == 1]; z } }
# case: unknown_types_in_closures_14
package types.unknown_types_in_closures_14

p if { every x in input.xs { z := [1| y := {x:1|true}; {2:1} == y; y == 1]; z } }
# case: unknown_types_in_closures_15
package types.unknown_types_in_closures_15

p if { every x in input.xs { z := [1| y := {x:1|true}; y[{}]]; z } }
