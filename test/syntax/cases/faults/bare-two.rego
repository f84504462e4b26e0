package a
x; y
