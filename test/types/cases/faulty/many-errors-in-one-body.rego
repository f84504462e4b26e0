package types.many_errors_in_one_body

p if {
	upper(1)
	lower(2)
	abs("3")
}
