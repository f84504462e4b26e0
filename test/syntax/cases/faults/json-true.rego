package a
p := True
q := 1 2
