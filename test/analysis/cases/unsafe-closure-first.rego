package t
p if { y > [1 | x = x]; x == 1 }
