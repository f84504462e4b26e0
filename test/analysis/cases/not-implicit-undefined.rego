package t
import future.keywords.not
p if { not f(g(x)) }
q if { not input.x > h(1) }
