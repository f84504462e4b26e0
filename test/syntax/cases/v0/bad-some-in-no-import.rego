package a
p { some x in y }
