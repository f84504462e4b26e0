package a
"x" = 2
