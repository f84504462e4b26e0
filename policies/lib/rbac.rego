# METADATA
# title: Roles
# description: >-
#   Who may use what, by the caller's groups. `data.tables.grants` has a list of grants for each group: an object with globs of `tools`,
#   `resources` or `prompts`, and of the `connection` they are on (absent: any). In globs of resources `*` ends at a slash, `**` does not.
package lib.rbac

default permitted := false

permitted if {
	input.mcp.method in {"tools/call", "resources/read", "resources/subscribe", "resources/unsubscribe", "prompts/get", "completion/complete"}
	some grant in grants
	grant_matches(grant)
}

# All grants of all groups of the caller, on this connection.
grants contains grant if {
	some group in input.identity.groups
	some grant in data.tables.grants[group]
	glob.match(object.get(grant, "connection", "*"), null, input.connection)
}

grant_matches(grant) if {
	is_string(input.mcp.tool)
	some pattern in grant.tools
	glob.match(pattern, null, input.mcp.tool)
}

grant_matches(grant) if {
	is_string(input.mcp.prompt)
	some pattern in grant.prompts
	glob.match(pattern, null, input.mcp.prompt)
}

grant_matches(grant) if {
	is_string(input.mcp.resource)
	grants_resource(grant, input.mcp.resource)
}

grants_resource(grant, uri) if {
	not contains(uri, "..")
	some pattern in grant.resources
	glob.match(pattern, ["/"], uri)
}

# A stream of changes, of nothing but resources that may be read.
subscribed if {
	input.mcp.method == "subscriptions/listen"
	every uri in object.get(input.request.body, ["params", "notifications", "resourceSubscriptions"], []) {
		some grant in grants
		grants_resource(grant, uri)
	}
}
