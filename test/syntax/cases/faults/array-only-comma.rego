package a
p := [,]
