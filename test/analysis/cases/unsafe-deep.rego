package t
p if { x = {"a": [1, {"b": y}]}; y > x }
