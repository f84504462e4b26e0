package t
import future.keywords.not
p if { not { not { input.x == y } } }
