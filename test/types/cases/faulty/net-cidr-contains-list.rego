package types.net_cidr_contains_list

p if net.cidr_contains(["10.0.0.0/8"], "10.1.1.1")
