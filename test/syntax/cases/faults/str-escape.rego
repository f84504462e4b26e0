package a
p := "\q"
