package t
p if { {"a": x} := {"a": 1} }
