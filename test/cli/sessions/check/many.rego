package a

p if a

q if b

r if c

s if d
