package a
p := a[1, 2]
