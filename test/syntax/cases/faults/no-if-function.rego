package a
f(x) { true }
