package a
p.q.r
