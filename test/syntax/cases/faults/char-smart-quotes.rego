package a
p := “x”
