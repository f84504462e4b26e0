package a
p if { every }
