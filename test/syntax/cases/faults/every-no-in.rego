package a
p if { every x { true } }
