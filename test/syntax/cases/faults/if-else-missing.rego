package a
p if { true } else
