package t
p if not q
q if not p
