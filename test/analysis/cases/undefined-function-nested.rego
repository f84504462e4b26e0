package t
p := x if { x := f(g(1)) }
