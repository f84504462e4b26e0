package t
p if { [1,2,3][i] == j }
