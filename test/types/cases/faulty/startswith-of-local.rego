package types.startswith_of_local

deny contains "no" if {
	port := 8080
	startswith(port, "80")
}
