package authz.rbac

# roles inherit from roles
role_graph[role] := object.get(data.roles, [role, "inherits"], []) if some role, _ in data.roles

effective_roles(user) := {role |
	some assigned in data.users[user].roles
	some role in graph.reachable(role_graph, {assigned})
}

permissions(user) := {perm |
	some role in effective_roles(user)
	some perm in data.roles[role].permissions
}

default allow := false

allow if {
	some perm in permissions(input.user)
	perm.action in {input.action, "*"}
	glob.match(perm.resource, [":"], input.resource)
	not denied
}

denied if {
	some d in data.denials
	d.user == input.user
	d.resource == input.resource
}

# attribute based
allow if {
	input.resource_owner == input.user
	input.action in {"read", "update"}
}

# reason: the first that applies
reason := "owner" if {
	input.resource_owner == input.user
} else := "role" if {
	allow
} else := "denied" if {
	denied
} else := "none"

obligations contains {"type": "mask", "paths": paths} if {
	allow
	paths := [p | some p in data.masks[input.resource]; not "auditor" in effective_roles(input.user)]
	paths != []
}

filtered := json.remove(input.document, [p |
	some o in obligations
	some p in o.paths
])

patched := json.patch(input.document, [{"op": "replace", "path": p, "value": "***"} |
	some o in obligations
	some p in o.paths
])
