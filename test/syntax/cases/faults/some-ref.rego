package a
p if { some x.y }
