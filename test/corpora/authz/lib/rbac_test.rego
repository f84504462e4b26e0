package authz.rbac_test

import data.authz.rbac
import data.authz.rebac

roles := {
	"admin": {"inherits": ["editor"], "permissions": [{"action": "*", "resource": "**"}]},
	"editor": {"inherits": ["viewer"], "permissions": [{"action": "update", "resource": "doc:*"}]},
	"viewer": {"permissions": [{"action": "read", "resource": "doc:*"}]},
}

users := {"ann": {"roles": ["admin"]}, "eve": {"roles": ["editor"]}, "vic": {"roles": ["viewer"]}, "nil": {"roles": []}}

test_matrix[name] if {
	some name, [user, action, resource, want] in {
		"admin anything": ["ann", "delete", "doc:1", true],
		"editor reads": ["eve", "read", "doc:1", true],
		"editor deletes": ["eve", "delete", "doc:1", false],
		"viewer updates": ["vic", "update", "doc:1", false],
		"deep": ["vic", "read", "doc:1:2", false],
		"nobody": ["nil", "read", "doc:1", false],
		"unknown": ["xxx", "read", "doc:1", false],
	}
	got := rbac.allow with data.roles as roles with data.users as users with input as {"user": user, "action": action, "resource": resource}
	got == want
}

test_denied if {
	not rbac.allow with data.roles as roles
		with data.users as users
		with data.denials as [{"user": "ann", "resource": "doc:1"}]
		with input as {"user": "ann", "action": "read", "resource": "doc:1"}
	rbac.reason == "denied" with data.roles as roles
		with data.users as users
		with data.denials as [{"user": "ann", "resource": "doc:1"}]
		with input as {"user": "ann", "action": "read", "resource": "doc:1"}
}

test_masks if {
	i := {"user": "vic", "action": "read", "resource": "doc:1", "document": {"a": 1, "b": {"c": 2}}}
	rbac.filtered == {"a": 1, "b": {}} with input as i with data.roles as roles with data.users as users with data.masks as {"doc:1": ["/b/c"]}
	rbac.patched == {"a": 1, "b": {"c": "***"}} with input as i with data.roles as roles with data.users as users with data.masks as {"doc:1": ["/b/c"]}
}

tuples := ["doc:1#owner@user:ann", "doc:1#viewer@group:g#member", "group:g#member@user:vic", "doc:2#editor@user:eve", "bad"]

test_wrong_check[k] if {
	some k, [s, r, o, want] in {
		"owner views": ["user:ann", "viewer", "doc:1", true],
		"group": ["user:vic", "viewer", "doc:1", true],
		"group edits": ["user:vic", "editor", "doc:1", false],
		"editor": ["user:eve", "viewer", "doc:2", true],
		"editor owns": ["user:eve", "owner", "doc:2", false],
	}
	got := [1 | rebac.check(s, r, o)] == [1] with data.tuples as tuples
	got == want
}
test_wrong_paths if {
	p := rebac.paths with data.tuples as tuples with input as {"object": "doc:2", "relation": "viewer"}
	p == {["doc:2#viewer", "doc:2#editor", "user:eve"]}
}
