package t
p if { y > count([1 | x == x]); x = 1 }
