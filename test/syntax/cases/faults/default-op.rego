package a
default p := 1 + 2
