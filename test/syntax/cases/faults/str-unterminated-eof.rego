package a
p := "abc