package t
p if q
q if r
r if p
