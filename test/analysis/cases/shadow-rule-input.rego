package t
input := 1
