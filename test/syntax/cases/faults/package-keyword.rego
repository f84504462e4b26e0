package if

p := 1
