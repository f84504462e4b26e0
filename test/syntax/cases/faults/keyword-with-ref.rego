package a
p := with.x
q := 1 1
