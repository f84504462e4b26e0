package t
p if count(xs) > 1
