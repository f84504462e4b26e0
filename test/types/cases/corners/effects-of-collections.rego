# case: effects_of_collections_01
package types.effects_of_collections_01

f(p0, p1) := 1 if { regex.replace([p0], 5, p1) }
# case: effects_of_collections_02
package types.effects_of_collections_02

f(p0, p1) := 1 if { regex.replace(p1, [p0], 5); p1 == 1 }
# case: effects_of_collections_03
package types.effects_of_collections_03

f(p0, p1) := 1 if { regex.replace(p1, 5, [p0]); p1 == 1 }
# case: effects_of_collections_04
package types.effects_of_collections_04

f(p0, p1) := 1 if { concat(p0, {p1, 1}); p0 == 1 }
# case: effects_of_collections_05
package types.effects_of_collections_05

f(p0, p1) := 1 if { x := {p1, 1}; concat(p0, x); p0 == 1 }
# case: effects_of_collections_06
package types.effects_of_collections_06

f(p0, p1) := 1 if { concat(p0, {p1, "a"}); p0 == 1 }
# case: effects_of_collections_07
package types.effects_of_collections_07

f(p0, p1) := 1 if { concat(p0, {p1, "a"}); p1 == 1 }
# case: effects_of_collections_08
package types.effects_of_collections_08

f(p0, p1) := 1 if { concat(p0, [p1, "a"]); p1 == 1 }
# case: effects_of_collections_09
package types.effects_of_collections_09

f(p0, p1) := 1 if { concat(p0, [p1, 2]); p1 == 1 }
