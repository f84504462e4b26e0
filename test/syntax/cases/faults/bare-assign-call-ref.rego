package a
[1].x = 2
