package t
p if { _ := 1; input.x }
