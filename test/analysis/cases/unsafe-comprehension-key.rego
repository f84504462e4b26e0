package t
p := {x: 1 | input.a}
