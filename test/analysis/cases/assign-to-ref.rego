package t
p if { input.x := 2 }
