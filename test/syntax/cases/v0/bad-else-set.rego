package a
p[x] { x := 1 } else = 2
