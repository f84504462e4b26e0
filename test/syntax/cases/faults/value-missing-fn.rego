package a
f(x) :=
