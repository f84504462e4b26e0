package a
p if { a b }
