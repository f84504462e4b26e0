package t
p := [x | x := f(1)]
