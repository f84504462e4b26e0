# case: partly_known_objects_01
package types.partly_known_objects_01

p if { every x in input.xs { z := [1| y := {x:1|true}; v := {x:1|true}; y == v]; z } }
# case: partly_known_objects_02
package types.partly_known_objects_02

p if { every x in input.xs { z := [1| y := {x:1|true}; y == {"a": 1}]; z } }
# case: partly_known_objects_03
package types.partly_known_objects_03

p if { every x in input.xs { z := [1| y := {x:1|true}; y == {"a": "b"}]; z } }
# case: partly_known_objects_04
package types.partly_known_objects_04

p if { every x in input.xs { z := [1| y := {x:1|true}; v := {input.a:1|true}; y == v]; z } }
# case: partly_known_objects_05
package types.partly_known_objects_05

p if { every x in input.xs { z := [1| y := {x:1|true}; v := {input.a:"1"|true}; y == v]; z } }
# case: partly_known_objects_06
package types.partly_known_objects_06

p if { every x in input.xs { z := [1| y := {x:1|true}; v := {1:1|true}; y == v]; z } }
# case: partly_known_objects_07
package types.partly_known_objects_07

p if { every x in input.xs { z := [1| y := {x:1|true}; y.foo == "a"]; z } }
# case: partly_known_objects_08
package types.partly_known_objects_08

p if { every x in input.xs { z := [1| y := {x:1|true}; object.get(y, 1, 2) == 3]; z } }
# case: partly_known_objects_09
package types.partly_known_objects_09

p if { every x in input.xs { z := [1| y := {x:1|true}; object.union(y, y) == {}]; z } }
# case: partly_known_objects_10
package types.partly_known_objects_10

p if { every x in input.xs { z := [1| y := {1:x|true}; object.union(y, y) == {}]; z } }
# case: partly_known_objects_11
package types.partly_known_objects_11

p if { every x in input.xs { z := [1| y := {1:x|true}; y == {1: 2}]; z } }
# case: partly_known_objects_12
package types.partly_known_objects_12

p if { every x in input.xs { z := [1| y := {1:x|true}; y == {"1": 2}]; z } }
