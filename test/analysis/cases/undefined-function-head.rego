package t
p := f(1)
