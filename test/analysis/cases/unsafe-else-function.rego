package t
f(x) := 1 if x == 1
else := y if x == 2
