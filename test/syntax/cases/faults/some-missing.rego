package a
p if { some }
