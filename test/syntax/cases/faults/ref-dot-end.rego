package a
p := a.
