package a
p if { true } else := 1 if
