package a
p if { let x = 1 }
