package a
p { every x { y } }
