package a
f(x) if { x } else { y }
