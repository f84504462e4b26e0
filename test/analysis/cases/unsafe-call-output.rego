package t
p if { y := count(z); y > 1 }
