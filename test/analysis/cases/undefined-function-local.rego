package t
p if { f := 1; f(2) }
