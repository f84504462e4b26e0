package a
p if { import data.x }
