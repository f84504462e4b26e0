package a
not x
