package a
p := 1e-100000
