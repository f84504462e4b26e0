package t
p if { f := 1; x := f(2); x == 1 }
