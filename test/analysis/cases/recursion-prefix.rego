package t
p.q.r if p.q.s
p.q.s if p.q
