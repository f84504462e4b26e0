package t
import future.keywords.not
p if { not { x = input.y }; x == 1 }
