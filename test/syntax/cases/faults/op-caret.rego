package a
p := 2 ^ 3
