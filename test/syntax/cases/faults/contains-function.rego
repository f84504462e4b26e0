package a
f(x) contains y if { true }
