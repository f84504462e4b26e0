package policies.aws.network

import rego.v1

import data.lib.plan

admin_ports := {22, 3389} | {p | some p in numbers.range(5900, 5902)} if input.vnc

else := {22, 3389}

# ingress from everywhere
open_to_world(rule) if {
	some cidr in array.concat(
		object.get(rule, "cidr_blocks", []),
		object.get(rule, "ipv6_cidr_blocks", [])
	)
	cidr in ["0.0.0.0/0", "::/0"]
}

covers(rule, port) if {
	rule.from_port <= port
	port <= rule.to_port
} else if rule.protocol == "-1"

deny contains msg if {
	some sg in plan.resources("aws_security_group")
	some i, rule in sg.change.after.ingress
	open_to_world(rule)
	some port in admin_ports
	covers(rule, port)
	msg := $"{sg.address}: ingress {i} opens port {port} to the world"
}

deny contains msg if {
	some subnet in plan.resources("aws_subnet")
	some other in plan.resources("aws_subnet")
	subnet.address < other.address
	net.cidr_intersects(subnet.change.after.cidr_block, other.change.after.cidr_block)
	msg := sprintf("%v overlaps %v", [subnet.address, other.address])
}

hosts := n if {
	n := sum([size |
		some s in plan.resources("aws_subnet")
		[_, bitlen] := split(s.change.after.cidr_block, "/")
		size := bits.lsh(1, 32 - to_number(bitlen))
	])
}
