package t
p if { x := [y | y := all([true])]; x }
