package t
p := {"a": x} if true
