package a
p := ()
