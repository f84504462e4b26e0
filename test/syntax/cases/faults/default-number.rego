package a
default 1 := 2
