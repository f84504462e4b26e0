package a
p := 1[0]
