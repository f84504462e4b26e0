package a
p := "\x41"
