package a
p := {"a": 2, 1}
