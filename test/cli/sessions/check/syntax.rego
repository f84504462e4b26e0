package a

p if {
