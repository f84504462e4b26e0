# METADATA
# title: S3 buckets are private
# description: A bucket must not be readable by everyone.
# scope: package
# schemas:
# - input: schema["plan"]
# custom:
#   avd_id: EX-AWS-0001
#   severity: HIGH
#   short_code: no-public-buckets
#   recommended_action: "Set acl to private"
#   input:
#     selector:
#     - type: cloud
#       subtypes:
#         - service: s3
#           provider: aws
package policies.aws.s3
import rego.v1
import data.lib.plan as tfplan

public_acls := {"public-read", "public-read-write", "authenticated-read"}

# METADATA
# title: public ACL
# custom: { severity: HIGH, tags: [a, "b"] }
# entrypoint: true
deny contains res if {
	some bucket in tfplan.resources("aws_s3_bucket")
	acl := tfplan.after(bucket).acl
	acl in public_acls
	meta := rego.metadata.chain()
	some link in meta
	link.annotations.custom.avd_id
	res := {
		"address": bucket.address,
		"id": link.annotations.custom.avd_id,
		"severity": rego.metadata.rule().custom.severity,
		"msg": sprintf("%s: acl %q is public (one of %v)", [bucket.address, acl, public_acls]),
	}
}

# METADATA
# title: owners
warn contains msg if {
	some bucket in tfplan.resources("aws_s3_bucket")
	owner := tfplan.tag_of(bucket, "owner", "")
	owner == ""
	msg := concat(" ", [rego.metadata.rule().title, bucket.address])
}

# versioning, encryption: one object of checks
checks := {name: passed |
	some name, key in {"versioning": "versioning", "encrypted": "server_side_encryption_configuration"}
	passed := {b.address: has |
		some b in tfplan.resources("aws_s3_bucket")
		has := [true | tfplan.after(b)[key]] == [true]
	}
}

policy_statements(doc) := statements if {
	is_string(doc)
	parsed := json.unmarshal(doc)
	statements := as_array(parsed.Statement)
} else := [] if true

as_array(x) := x if is_array(x)
as_array(x) := [x] if not is_array(x)

wildcard_principal contains r.address if {
	some r in tfplan.resources("aws_s3_bucket_policy")
	some s in policy_statements(r.change.after.policy)
	s.Effect == "Allow"; s.Principal == "*"
	not s.Condition
}
wildcard_principal contains r.address if {
	some r in tfplan.resources("aws_s3_bucket_policy"); some s in policy_statements(r.change.after.policy)
	s.Effect == "Allow"; "*" in as_array(s.Principal.AWS)
}
