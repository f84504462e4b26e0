package t
p if { plus(1, x, 3) }
