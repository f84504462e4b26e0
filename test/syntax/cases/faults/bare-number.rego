package a
1
