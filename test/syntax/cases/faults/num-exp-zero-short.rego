package a
p := 0e
