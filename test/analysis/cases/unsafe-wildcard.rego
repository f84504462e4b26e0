package t
p if { not input.a[_] == 1; not _ }
