package t
p if { every x in [1] { y = x }; y == 1 }
