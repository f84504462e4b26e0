package gateway_test

import data.gateway

identity(groups) := {"issuer": "https://idp.example", "subject": "ada", "groups": groups}

call(groups, tool, arguments) := {
	"identity": identity(groups),
	"connection": "shop",
	"request": {"method": "POST"},
	"mcp": {"kind": "request", "method": "tools/call", "tool": tool, "resource": null, "prompt": null, "arguments": arguments},
	"phase": "request",
	"time": "2026-01-30T12:00:00.000Z",
}

message(kind, method) := {
	"identity": identity([]),
	"connection": "shop",
	"request": {"method": "POST"},
	"mcp": {"kind": kind, "method": method, "tool": null, "resource": null, "prompt": null, "arguments": null},
	"phase": "request",
	"time": "2026-01-30T12:00:00.000Z",
}

test_default_is_deny if {
	gateway.decision == {"action": "deny", "reason": "no rule allows this"} with input as {}
}

test_unknown_method_is_denied if {
	gateway.decision.action == "deny" with input as message("request", "sampling/createMessage")
}

test_anybody_asks_what_there_is[method] if {
	some method in ["initialize", "ping", "server/discover", "tools/list", "resources/list", "prompts/list"]
	gateway.decision.action == "allow" with input as message("request", method)
}

test_what_belongs_to_a_call_is_allowed[kind] if {
	some kind in ["notification", "response"]
	gateway.decision.action == "allow" with input as message(kind, null)
}

test_streams_and_ends_of_sessions_are_allowed[method] if {
	some method in ["GET", "DELETE"]
	gateway.decision.action == "allow" with input as object.union(message("none", null), {"request": {"method": method}})
}

test_other_methods_without_message_are_denied if {
	gateway.decision.action == "deny" with input as object.union(message("none", null), {"request": {"method": "PUT"}})
}

test_support_reads_customers_without_cards if {
	decision := gateway.decision with input as call(["support"], "get_customer", {"id": 7})
	decision == {"action": "allow", "mask": {"request": [], "response": ["$..card_number"]}}
}

test_finance_sees_cards if {
	decision := gateway.decision with input as call(["finance"], "get_customer", {"id": 7})
	decision == {"action": "allow", "mask": {"request": [], "response": []}}
}

test_support_does_not_refund if {
	gateway.decision.reason == "no rule allows this" with input as call(["support"], "refund", {"amount": 5})
}

test_finance_refunds_little if {
	decision := gateway.decision with input as call(["finance"], "refund", {"amount": 500})
	decision.action == "allow"
	decision.mask.request == [{"path": "$.internal_note", "with": "remove"}]
}

test_large_refund_needs_an_approval if {
	decision := gateway.decision with input as call(["finance"], "refund", {"amount": 501})
	decision.action == "approve"
	decision.reason == "refund with amount above 500 needs an approval"
	decision.approval == {"approvers": ["leads"], "expires_in": "15m", "reason": decision.reason}
	decision.mask.request == [{"path": "$.internal_note", "with": "remove"}]
}

test_an_approval_permits_nothing_by_itself if {
	gateway.decision.action == "deny" with input as call(["support"], "refund", {"amount": 501})
}

test_refund_amount_is_checked[note] if {
	some note, amount in {"negative": -1, "zero": 0, "text": "5", "null": null}
	gateway.decision.action == "deny" with input as call(["finance"], "refund", {"amount": amount})
}

test_all_denials_are_told if {
	decision := gateway.decision with input as call(["finance"], "refund", {"amount": 0, "internal_note": "../../x"})
	decision.action == "deny"
	decision.reason == "the argument amount has to be above 0; the arguments hold a path out of its folder"
}

test_destructive_tool_needs_an_approval_of_the_gates_approvers if {
	decision := gateway.decision with input as call(["admins"], "delete_user", {"id": 7})
		with data.tables.grants as {"admins": [{"tools": ["*"]}]}
	decision.action == "approve"
	decision.reason == "delete_user is destructive"
}

test_group_that_is_unknown_grants_nothing if {
	gateway.decision.action == "deny" with input as call(["guests"], "get_customer", {"id": 7})
}

# In lists nobody knows the arguments.
test_lists_show_what_may_be_called[tool] if {
	some tool in ["get_customer", "list_orders", "refund"]
	item := object.union(call(["finance"], tool, null), {"phase": "list"})
	gateway.decision.action == "allow" with input as item
}

test_lists_hide_what_may_not_be_called if {
	item := object.union(call(["support"], "refund", null), {"phase": "list"})
	gateway.decision.action == "deny" with input as item
}

test_anybody_listens_to_changes_of_lists if {
	listen := object.union(message("request", "subscriptions/listen"), {"request": {"body": {"params": {"notifications": {"toolsListChanged": true}}}}})
	gateway.decision.action == "allow" with input as listen
}
