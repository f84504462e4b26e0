package t
p if { some {"a": x, y: 1} in [{"a": 1}]; x == 1 }
