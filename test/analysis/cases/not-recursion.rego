package t
import future.keywords.not
p if { not { p } }
