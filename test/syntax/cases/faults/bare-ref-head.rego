package a
[1][0]
