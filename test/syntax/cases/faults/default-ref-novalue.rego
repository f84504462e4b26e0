package a
default p.q
