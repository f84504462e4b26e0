package a
p :=
