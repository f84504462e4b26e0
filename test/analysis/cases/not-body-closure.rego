package t
import future.keywords.not
p if { not { x := [y | y = z]; x } }
