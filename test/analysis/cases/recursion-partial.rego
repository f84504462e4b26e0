package t
p[x] := y if { x := "a"; y := p.b }
