package t
p := [x | x := [y | y = z][_]]
