package a
p if { every 1, x in y { true } }
