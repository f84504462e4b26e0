package t
p if { x.y.z == 1 }
