package a
p := "\uzzzz"
