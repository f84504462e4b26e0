package a
p := 1_000
