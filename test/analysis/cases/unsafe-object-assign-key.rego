package t
p if { k := "a"; {k: v} := {"a": 1}; v == 1 }
