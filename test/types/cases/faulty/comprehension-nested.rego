package types.comprehension_nested

p := {[y | y := x + "1"] | some x in [1]}
