package policies.gcp.iam_test

import data.policies.gcp.iam
import rego.v1

m(role, member) := {"address": concat("/", [role, member]), "type": "google_project_iam_member", "change": {"actions": ["create"], "after": {"role": role, "member": member}}}

test_owner if {
	got := iam.deny with input.resource_changes as [m("roles/owner", "user:a@x.org"), m("roles/owners", "user:b@x.org")]
	got == {{"msg": "roles/owner/user:a@x.org grants roles/owner to user:a@x.org", "role": "roles/owner"}}
}

test_outside if {
	got := iam.outside with input.resource_changes as [m("r", "user:a@x.org"), m("r", "user:b@y.org"), m("r", "serviceAccount:c@z.org")]
		with data.config.domain as "x.org"
	got == {"user:b@y.org"}
}

test_counts if {
	iam.count_by_role == {"a": 2, "b": 1} with input.resource_changes as [m("a", "x"), m("b", "x"), m("a", "y")]
}

test_wrong_counts if {
	iam.count_by_role.a == 3 with input.resource_changes as [m("a", "x"), m("b", "x"), m("a", "y")]
}
todo_test_groups if { false }
