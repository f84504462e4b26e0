package a
p := {x | }
