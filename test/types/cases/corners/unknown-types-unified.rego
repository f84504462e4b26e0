# case: unknown_types_unified_01
package types.unknown_types_unified_01

p if { every x in input.xs { z := [1| {x|true} = y; y == 1]; z } }
# case: unknown_types_unified_02
package types.unknown_types_unified_02

p if { every x in input.xs { z := [1| {{x|true}} = y; y == 1]; z } }
# case: unknown_types_unified_03
package types.unknown_types_unified_03

p if { every x in input.xs { z := [1| y = {x|true}; y == 1]; z } }
# case: unknown_types_unified_04
package types.unknown_types_unified_04

p if { every x in input.xs { z := [1| [y] = [{x|true}]; y == 1]; z } }
# case: unknown_types_unified_05
package types.unknown_types_unified_05

p if { every x in input.xs { z := [1| [y,1] = [{x|true},1]; y == 1]; z } }
# case: unknown_types_unified_06
package types.unknown_types_unified_06

p if { every x in input.xs { z := [1| {"a":y} = {"a":{x|true}}; y == 1]; z } }
# case: unknown_types_unified_07
package types.unknown_types_unified_07

p if { every x in input.xs { z := [1| [{x|true}] = [{x|true}]]; z } }
# case: unknown_types_unified_08
package types.unknown_types_unified_08

p if { every x in input.xs { z := [1| {x|true} = {x|true}]; z } }
# case: unknown_types_unified_09
package types.unknown_types_unified_09

p if { every x in input.xs { z := [1| {x} = {x}]; z } }
# case: unknown_types_unified_10
package types.unknown_types_unified_10

p if { every x in input.xs { z := [1| y = {x:1|true}; y == 1]; z } }
# case: unknown_types_unified_11
package types.unknown_types_unified_11

p if { every x in input.xs { z := [1| y = [x|true]; y == 1]; z } }
# case: unknown_types_unified_12
package types.unknown_types_unified_12

p if { every x in input.xs { z := [1| y = {x:1|true}; {"a":1} = {"a": y}]; z } }
# case: unknown_types_unified_13
package types.unknown_types_unified_13

p if { every x in input.xs { z := [1| y = {x:1|true}; u = {x:1|true}; {"a":u} = {"a": y}]; z } }
# case: unknown_types_unified_14
package types.unknown_types_unified_14

p if { every x in input.xs { z := [1| y = {x:1|true}; u = {x:1|true}; [u] = [y]]; z } }
# case: unknown_types_unified_15
package types.unknown_types_unified_15

p if { every x in input.xs { z := [1| y = {x:1|true}; [u] = [y]; u == 1]; z } }
# case: unknown_types_unified_16
package types.unknown_types_unified_16

p if { z := [1| y := [u | u := {input.x|true}; u == 2 ]]; z }
