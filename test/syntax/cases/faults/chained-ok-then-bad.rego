package a
p if { true }
{ false }
q
