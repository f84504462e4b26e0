package a
p := * 2
