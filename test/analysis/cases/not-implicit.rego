package t
import future.keywords.not
p if { not f(g(x)) }
f(x) := x
g(x) := x
