package t
p if { x = input.a with input.a as y }
