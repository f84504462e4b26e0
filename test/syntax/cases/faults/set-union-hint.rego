package a
p if { {x} | y }
q := {x | y | }
