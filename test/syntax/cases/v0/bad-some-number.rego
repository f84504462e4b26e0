package a
p { some 1 }
