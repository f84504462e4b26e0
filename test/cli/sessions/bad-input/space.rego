package a

p :=  1
q := 2
