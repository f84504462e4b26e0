package a
p := "\u12"
