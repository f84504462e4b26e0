package types.network_functions

p if net.cidr_contains("10.0.0.0/8", "10.1.1.1")

q := net.cidr_contains_matches({"a": "10.0.0.0/8"}, ["10.1.1.1"])

r := net.cidr_merge(["10.0.0.0/9", "10.128.0.0/9"])

s if http.send({"method": "get", "url": input.url}).status_code == 200
