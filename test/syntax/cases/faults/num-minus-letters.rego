package a
p := -1a
