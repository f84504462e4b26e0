package a
p := 1abc
