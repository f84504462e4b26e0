package t
p if { walk(x, [y, z]) }
