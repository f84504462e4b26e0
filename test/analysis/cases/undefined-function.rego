package t
p if f(1)
