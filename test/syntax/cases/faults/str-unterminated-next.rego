package a
p := "abc
q := "def"
