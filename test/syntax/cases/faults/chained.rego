package a
p if { true } { 1 2 }
