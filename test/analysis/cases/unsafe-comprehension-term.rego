package t
p := [x | input.a]
