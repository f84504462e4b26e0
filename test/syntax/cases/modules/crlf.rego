package crlf

# c
p if {
	x
	y # d
}
q := `a
b`
