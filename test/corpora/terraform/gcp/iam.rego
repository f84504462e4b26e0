package policies.gcp.iam

import data.lib.plan
import rego.v1

# METADATA
# description: primitive roles are too wide
# scope: rule
deny contains {
	"msg": msg,
	"role": role,
} if {
	some r in plan.resources("google_project_iam_member")
	role := r.change.after.role
	regex.match(`^roles/(owner|editor|viewer)$`, role)
	msg := sprintf(
		"%s grants %s to %s", # the order matters
		[
			r.address,
			role, r.change.after.member,
		],
	)
}

# members outside of the domain
outside contains m if {
	some r in plan.resources("google_project_iam_member")
	m := r.change.after.member
	[kind, id] := split(m, ":")
	kind != "serviceAccount"
	not endswith(id, concat("", ["@", data.config.domain]))
}

count_by_role[role] := count(members) if {
	some role in {r.change.after.role | some r in plan.resources("google_project_iam_member")}
	members := [1 |
		# comment within a comprehension
		some r in plan.resources("google_project_iam_member")
		r.change.after.role == role # trailing
	]
}
