package t
p if { not input[input.x[i]] }
