package types.comprehension_types

xs := [x | some x in input.xs; x > 1]

ys := {y | some y in xs}

zs := {k: v | some k, v in xs}

p if xs[0] == 1

q if ys.a

r if zs[0] == "a"
