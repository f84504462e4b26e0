package a
p if { every x.y in z { true } }
