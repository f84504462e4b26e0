package a
p if { every f(x) { true } }
