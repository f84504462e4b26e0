package t
p := [x | x := 1; x := 2]
