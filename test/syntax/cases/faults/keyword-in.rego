package a
in := 1
