package a
p := {1, "a": 2}
