package a
p if
