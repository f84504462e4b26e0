package a
default p :=
