package a
p if { some if }
