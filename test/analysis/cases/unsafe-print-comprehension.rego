package t
p := [1 | print(y); y = 1]
