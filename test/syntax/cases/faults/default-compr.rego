package a
default p := [x | x := 1]
default q := y
