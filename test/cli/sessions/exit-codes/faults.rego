package p
a contains x if { some v in ["1","x","2","y"]; x := to_number(v) }
b := 1/0
c := 2/0
ok := true
d if { to_number("q") } else := 7
