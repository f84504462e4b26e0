package t
p if { not input.a[i]; not input.b[j] == i }
