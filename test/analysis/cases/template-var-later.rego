package t
p if { x := $"{y}"; y := 1; x }
