package policies.aws.network_test

import rego.v1

import data.policies.aws.network

sg(rules) := {"address": "sg", "type": "aws_security_group", "change": {"actions": ["create"], "after": {"ingress": rules}}}

subnet(a, c) := {"address": a, "type": "aws_subnet", "change": {"actions": ["create"], "after": {"cidr_block": c}}}

cases := [
	{"note": "ssh open", "rules": [{"from_port": 22, "to_port": 22, "protocol": "tcp", "cidr_blocks": ["0.0.0.0/0"]}], "want": 1},
	{"note": "all open v6", "rules": [{"from_port": 0, "to_port": 0, "protocol": "-1", "ipv6_cidr_blocks": ["::/0"]}], "want": 2},
	{"note": "https", "rules": [{"from_port": 443, "to_port": 443, "cidr_blocks": ["0.0.0.0/0"]}], "want": 0},
	{"note": "internal", "rules": [{"from_port": 0, "to_port": 65535, "cidr_blocks": ["10.0.0.0/8"]}], "want": 0},
]

test_ingress[note] if {
	some {"note": note, "rules": rules, "want": want} in cases
	got := network.deny with input.resource_changes as [sg(rules)]
	count(got) == want
}

test_overlap if {
	network.deny == {"a overlaps b"} with input.resource_changes as [subnet("a", "10.0.0.0/24"), subnet("b", "10.0.0.128/25"), subnet("c", "10.0.1.0/24")]
}
test_hosts if network.hosts == 384 with input.resource_changes as [subnet("a", "10.0.0.0/24"), subnet("b", "10.0.0.128/25")]

test_bad_cidr if {
	count(network.deny) == 0 with input.resource_changes as [subnet("a", "10.0.0.0/33"), subnet("b", "x")]
}
