package t
p if { some x; print(x); x = 1 }
