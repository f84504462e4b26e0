package a
p if { not }
