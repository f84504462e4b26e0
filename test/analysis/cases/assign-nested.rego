package t
p if { [x, 1] := [1, 1]; x }
