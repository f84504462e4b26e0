package a
p := @x
