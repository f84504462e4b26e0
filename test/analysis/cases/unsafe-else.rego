package t
p := 1 if input.a
else := x if input.b
