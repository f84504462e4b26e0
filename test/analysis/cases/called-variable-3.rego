package t
p if { count(count, x) }
