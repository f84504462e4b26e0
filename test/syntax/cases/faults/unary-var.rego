package a
p := -x
