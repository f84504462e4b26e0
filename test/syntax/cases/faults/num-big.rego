package a
p := 1e100000
