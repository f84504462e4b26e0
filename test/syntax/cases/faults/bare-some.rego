package a
some x
