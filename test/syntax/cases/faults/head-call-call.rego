package a
f(x)(y) := 1
