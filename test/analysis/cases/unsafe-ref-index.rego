package t
p if { not input.xs[i] }
