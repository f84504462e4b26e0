package a
p
