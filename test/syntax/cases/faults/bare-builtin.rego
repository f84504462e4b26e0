package a
count(x)
