package a
p if {
}
