package a
p := `abc
q := 1
