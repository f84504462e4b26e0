package a
p := 1e+
