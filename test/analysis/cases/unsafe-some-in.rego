package t
p if { some x in xs; x > 1 }
