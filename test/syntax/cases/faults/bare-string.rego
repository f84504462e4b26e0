package a
"x"
