package a
p if