package t
p if { print(print) }
