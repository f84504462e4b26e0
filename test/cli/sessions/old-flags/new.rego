package new

p if { 1 in [1] }
