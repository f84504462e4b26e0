package a
p.q[x] contains y { true }
