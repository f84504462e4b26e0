package t
p if { some x; input.y }
