package t
p if { [x, x] := [1, 2] }
