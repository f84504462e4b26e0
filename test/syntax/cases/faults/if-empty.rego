package a
p if {}
