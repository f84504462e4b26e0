package a
p if { every x, 1 in y { true } }
