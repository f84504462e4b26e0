package a
p if {
