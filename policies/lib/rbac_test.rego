package lib.rbac_test

import data.lib.rbac

grants := {
	"readers": [
		{"connection": "files-*", "tools": ["read_*", "list_directory"]},
		{"resources": ["file:///srv/*", "docs://**"]},
		{"prompts": ["summary"]},
	],
	"admins": [{"tools": ["*"]}],
}

use(method, field, name) := {
	"identity": {"groups": ["readers", "others"]},
	"connection": "files-eu",
	"mcp": object.union({"method": method, "tool": null, "resource": null, "prompt": null}, {field: name}),
}

test_permitted[note] if {
	some note, [method, field, name] in {
		"a tool by its pattern": ["tools/call", "tool", "read_text_file"],
		"a tool by its name": ["tools/call", "tool", "list_directory"],
		"a resource in a folder": ["resources/read", "resource", "file:///srv/a.txt"],
		"a resource at any depth": ["resources/read", "resource", "docs://a/b/c"],
		"a subscription": ["resources/subscribe", "resource", "docs://a"],
		"a prompt": ["prompts/get", "prompt", "summary"],
		"a completion": ["completion/complete", "prompt", "summary"],
	}
	rbac.permitted with input as use(method, field, name) with data.tables.grants as grants
}

test_not_permitted[note] if {
	some note, [method, field, name] in {
		"a tool without a grant": ["tools/call", "tool", "write_file"],
		"a tool in another case": ["tools/call", "tool", "READ_text_file"],
		"a resource below a folder": ["resources/read", "resource", "file:///srv/a/b.txt"],
		"a resource beside its folder": ["resources/read", "resource", "file:///srv/../etc"],
		"a prompt without a grant": ["prompts/get", "prompt", "other"],
		"a tool's name as a prompt's": ["prompts/get", "prompt", "list_directory"],
		"another method": ["logging/setLevel", "tool", "list_directory"],
	}
	not rbac.permitted with input as use(method, field, name) with data.tables.grants as grants
}

test_a_grant_is_for_its_connections if {
	elsewhere := object.union(use("tools/call", "tool", "list_directory"), {"connection": "shop"})
	not rbac.permitted with input as elsewhere with data.tables.grants as grants
	admin := object.union(elsewhere, {"identity": {"groups": ["admins"]}})
	rbac.permitted with input as admin with data.tables.grants as grants
}

test_no_groups_no_grants if {
	nobody := object.union(use("tools/call", "tool", "list_directory"), {"identity": {"groups": []}})
	not rbac.permitted with input as nobody with data.tables.grants as grants
}

listen(uris) := object.union(use("subscriptions/listen", "tool", null), {"request": {"body": {"params": {"notifications": uris}}}})

test_subscriptions_to_what_may_be_read[note] if {
	some note, filter in {
		"lists": {"toolsListChanged": true},
		"nothing": {"resourceSubscriptions": []},
		"resources": {"resourceSubscriptions": ["docs://a", "file:///srv/a.txt"]},
	}
	rbac.subscribed with input as listen(filter) with data.tables.grants as grants
}

test_no_subscriptions_to_others if {
	not rbac.subscribed with input as listen({"resourceSubscriptions": ["docs://a", "file:///etc/a"]})
		with data.tables.grants as grants
}
