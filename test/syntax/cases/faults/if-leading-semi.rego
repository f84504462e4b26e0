package a
p if { ; a }
