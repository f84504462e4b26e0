package a
p := {a: b | c
