package a
p := null.x
