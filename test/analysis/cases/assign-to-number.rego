package t
p if { 1 := 2 }
