package t
import future.keywords.not
p if { not input.x with input as y }
