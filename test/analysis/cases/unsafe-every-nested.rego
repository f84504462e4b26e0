package t
p if { every x in [1] { every y in [x] { y == w } } }
