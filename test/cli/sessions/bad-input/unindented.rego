package a
p if {
a:=r,
}
q contains m if {
}
