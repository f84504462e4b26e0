package t
p := 1 if input.a
else := 2 if q
q if p
