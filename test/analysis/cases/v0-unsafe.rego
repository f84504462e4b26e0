# v0
package t
p[x] { not q[x] }
q[1]
f(x) = y { z = x }
