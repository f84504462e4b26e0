package t
q := 1
p if q(1)
