package policies.aws.s3_test
import rego.v1
import data.policies.aws.s3
import data.fixtures

test_wrong_deny_public if {
	r := s3.deny with input as fixtures.one
	count(r) == 1
	some d in r
	d.id == "EX-AWS-0001"; d.severity == "HIGH"
	contains(d.msg, `acl "public-read" is public`)
}
test_allow_private if count(s3.deny) == 0 with input.resource_changes as [bucket("a", {"acl": "private"})]
test_warn if s3.warn == {"owners module.m.aws_s3_bucket.b"} with input as fixtures.one
test_checks if {
	c := s3.checks with input.resource_changes as [bucket("a", {"versioning": [{"enabled": true}]})]
	c == {"versioning": {"a": true}, "encrypted": {"a": false}}
}
test_wildcards if {
	w := s3.wildcard_principal with input.resource_changes as [
		policy("p", {"Statement": {"Effect": "Allow", "Principal": "*"}}),
		policy("q", {"Statement": [{"Effect": "Allow", "Principal": {"AWS": ["x", "*"]}}]}),
		policy("r", {"Statement": [{"Effect": "Deny", "Principal": "*"}]}),
		policy("s", {"Statement": {"Effect": "Allow", "Principal": "*", "Condition": {}}}),
		{"address": "t", "type": "aws_s3_bucket_policy", "change": {"actions": ["create"], "after": {"policy": "{"}}},
	]
	w == {"p", "q"}
}

bucket(address, after) := {"address": address, "type": "aws_s3_bucket", "change": {"actions": ["create"], "after": after}}

policy(address, doc) := {
	"address": address,
	"type": "aws_s3_bucket_policy", "change": {"actions": ["create"],
	"after": {"policy": json.marshal(doc)}},
}
