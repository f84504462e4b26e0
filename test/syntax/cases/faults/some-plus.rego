package a
p if { some x + 1 in y }
