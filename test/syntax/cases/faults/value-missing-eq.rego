package a
p =
