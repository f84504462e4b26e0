package t
p if { some x in [1]; some x in [2]; x == 1 }
