package t
p if { {k: v} = {"a": 1} }
