package a
café := 1
