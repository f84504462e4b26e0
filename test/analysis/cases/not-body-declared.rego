package t
import future.keywords.not
p if { not { some x; input.y } }
