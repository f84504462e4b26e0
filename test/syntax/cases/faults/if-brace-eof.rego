package a
p if {