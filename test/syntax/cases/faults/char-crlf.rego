package a
p :=
q := 1
