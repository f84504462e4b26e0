package types.sets_of_composites

s := {[1, "a"], [2, "b"]}

p if s[[1, "a"]]

q if s[[_, "b"]]

r := x if s[[x, "a"]]
