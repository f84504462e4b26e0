package a
p[x] :=
