package t
import future.keywords.not
p if { not { print(x); input.x } }
