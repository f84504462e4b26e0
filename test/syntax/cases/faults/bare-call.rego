package a
f(x)
