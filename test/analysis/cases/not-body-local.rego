package t
import future.keywords.not
p if { not { x := input.x; x > 1 }; x > 1 }
