package t
p if { count([x, {"a": y}, {z}]) == 1 }
