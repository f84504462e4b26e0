package t
p if { x := print("a"); x }
