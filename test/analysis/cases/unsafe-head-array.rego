package t
p := [x, y] if x := 1
