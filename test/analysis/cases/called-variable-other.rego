package t
p if { x = x("a") }
q if { y = 1; y(2) }
