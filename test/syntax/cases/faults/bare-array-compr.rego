package a
[x | x := 1]
