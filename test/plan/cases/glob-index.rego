# entrypoints: routes/allow routes/names
package routes

default allow := false

allow if {
	glob.match("/api/users/*", ["/"], input.path)
	input.method == "GET"
}

allow if glob.match("/api/orders/*/items", ["/"], input.path)

allow if glob.match("/api/orders/**", ["/"], input.path)

allow if {
	path := input.path
	glob.match("/health", ["/"], path)
}

names contains "star" if glob.match("a.*", [], input.name)
