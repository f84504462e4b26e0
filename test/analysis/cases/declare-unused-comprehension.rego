package t
p := [1 | some x; input.y]
