package t
p if { x < 1; lt = 1; x = 1 }
