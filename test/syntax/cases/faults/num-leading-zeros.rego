package a
p := 00.5
