package t
p if input.a with print as f
f(x) := x
