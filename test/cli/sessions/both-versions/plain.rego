package a
import future.keywords.every
# a set
p[x] { x := 1 }
q = x { x := p[_] } else = 3 { true }
default r = false
