package t
p if { x := 1; input.a with x as 1 }
