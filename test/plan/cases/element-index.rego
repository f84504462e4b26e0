# entrypoints: test/allow test/found
package test

allow if input.roles[_] == "admin"
allow if "editor" in input.roles
allow if { some role in input.roles; role == "owner" }

found contains "users" if input.path = ["users", _]
found contains "own" if { input.path = ["own", x]; x != "secrets" }
found contains "list" if input.path == ["list"]
