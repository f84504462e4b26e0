package a
p := "\'"
