package t
p := 1
q if p(1)
r if p()
r if p(1, 2)
