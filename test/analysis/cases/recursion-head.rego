package t
p := p
