package t
p := [1 | x := 1]
