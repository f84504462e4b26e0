package t
p if { print(x) }
