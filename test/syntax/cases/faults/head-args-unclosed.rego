package a
f(x := 1
