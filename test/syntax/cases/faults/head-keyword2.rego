package a
not := 1
