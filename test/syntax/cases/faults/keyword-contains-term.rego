package a
p := contains
q := contains(x, y) 1
