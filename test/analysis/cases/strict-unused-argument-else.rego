package t
f(x, y, z) := 1 if x == 1
else := 2 if y == 2
