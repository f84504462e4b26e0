package t
p if { print(x); x = 1 }
