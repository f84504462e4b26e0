# entrypoints: pkg/level pkg/port
package pkg

# Constants as arguments, comparisons of an argument, and membership: one look-up of the argument.
rank("owner") := 4

rank("editor") := 3

rank(role) := 2 if role == "viewer"

rank(role) := 1 if role in {"guest", "anonymous"}

level := rank(input.role)

# The argument that splits best is looked up first, another one within its cases.
allowed("tcp", port) if port == 22

allowed("tcp", port) if port == 80

allowed("tcp", port) if port == 443

allowed("udp", 53)

allowed("icmp", _)

port if allowed(input.protocol, input.port)
