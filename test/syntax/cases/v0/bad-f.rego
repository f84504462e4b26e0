package a
f()
