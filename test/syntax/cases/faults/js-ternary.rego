package a
p := x ? 1 : 2
