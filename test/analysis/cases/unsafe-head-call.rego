package t
p := count(x) if input.y
