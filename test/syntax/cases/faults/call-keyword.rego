package a
p := f(if)
