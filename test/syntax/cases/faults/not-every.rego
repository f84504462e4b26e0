package a
p if { not every x in y { x } }
