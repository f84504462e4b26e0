package a
set() := 1
