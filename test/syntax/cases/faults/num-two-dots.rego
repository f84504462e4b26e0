package a
p := 1.2.3
