package t
p contains 1
p := 2
