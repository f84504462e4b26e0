package a
p[input.x] if { true } else := 2
