package t
p if { y := count(count); count = [1] }
