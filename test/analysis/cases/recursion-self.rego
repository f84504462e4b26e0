package t
p if p
