package a
p := [1, 2

q := 3
