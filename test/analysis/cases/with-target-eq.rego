package t
p if input.a with eq as f
f(x, y) := true
