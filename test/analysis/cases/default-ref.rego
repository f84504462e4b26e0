package t
default p.q := 1
p.q := 2 if input.x
p := 3
