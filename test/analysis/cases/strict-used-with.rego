package t
p if { x := 1; input.x with input.x as x }
