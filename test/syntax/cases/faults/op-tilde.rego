package a
p := ~x
