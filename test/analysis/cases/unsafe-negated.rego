package t
p if not q[x]
q contains 1
