package a[1]
