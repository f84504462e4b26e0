package t
p if { {input[x]: 1} == {"a": y} }
