package a
1 + 2
