package a
p { x in y }
