package a
p := "abc
