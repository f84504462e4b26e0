package t
p := [x | x := p[_]]
