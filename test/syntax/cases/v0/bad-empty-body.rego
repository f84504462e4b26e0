package a
p { }
