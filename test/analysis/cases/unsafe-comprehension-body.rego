package t
p := [x | x := y + 1]
