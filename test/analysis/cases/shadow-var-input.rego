package t
p if { input := 1; input == 1 }
