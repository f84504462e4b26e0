package t
p if { count([1]) == 6 with count as sum; sum([1]) == 1 }
