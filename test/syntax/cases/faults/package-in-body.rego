package a
p if { package x }
