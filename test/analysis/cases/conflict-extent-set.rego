package t
p contains 1
p.q := 2
