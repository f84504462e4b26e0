package a
some x in y
