package t
p if { 1 + 1 == x; plus = 1; x = 2 }
