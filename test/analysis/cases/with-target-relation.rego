package t
p if walk(input, [x, y]) with walk as f
f(x) := x
