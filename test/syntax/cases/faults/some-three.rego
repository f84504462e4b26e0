package a
p if { some x, y, z in [1] }
