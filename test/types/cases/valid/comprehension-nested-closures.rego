package types.comprehension_nested_closures

p := [[y | y := x + 1] | some x in [1, 2]]

q := {x: {y | z := 1; y := [x, z]} | some x in [1]}
