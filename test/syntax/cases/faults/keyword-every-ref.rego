package a
p := every
