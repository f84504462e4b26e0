package gateway_test

import data.gateway

identity(groups) := {"issuer": "https://idp.example", "subject": "ada", "groups": groups}

call(groups, tool, arguments) := {
	"identity": identity(groups),
	"request": {"method": "POST"},
	"mcp": {"kind": "request", "method": "tools/call", "tool": tool, "arguments": arguments},
}

test_default_is_deny if {
	gateway.decision == {"action": "deny", "reason": "no rule allows this"} with input as {}
}

test_unknown_method_is_denied if {
	gateway.decision.action == "deny" with input as {
		"identity": identity(["finance"]),
		"request": {"method": "POST"},
		"mcp": {"kind": "request", "method": "sampling/createMessage"},
	}
}

test_anybody_lists_tools if {
	gateway.decision.action == "allow" with input as {
		"identity": identity([]),
		"request": {"method": "POST"},
		"mcp": {"kind": "request", "method": "tools/list"},
	}
}

test_event_stream_is_allowed if {
	gateway.decision.action == "allow" with input as {
		"identity": identity([]),
		"request": {"method": "GET"},
		"mcp": {"kind": "none", "method": null},
	}
}

test_support_reads_customers_without_cards if {
	decision := gateway.decision with input as call(["support"], "get_customer", {"id": 7})
	decision.action == "allow"
	decision.mask.response == ["$..card_number"]
}

test_finance_sees_cards if {
	decision := gateway.decision with input as call(["finance"], "get_customer", {"id": 7})
	decision.action == "allow"
	decision.mask.response == []
}

test_support_does_not_refund if {
	gateway.decision.action == "deny" with input as call(["support"], "refund", {"amount": 5})
}

test_finance_refunds_little if {
	decision := gateway.decision with input as call(["finance"], "refund", {"amount": 5})
	decision.action == "allow"
	decision.mask.request == [{"path": "$.internal_note", "with": "remove"}]
}

test_large_refund_needs_approval if {
	gateway.decision.action == "approve" with input as call(["finance"], "refund", {"amount": 501})
}

test_refund_amount_is_checked[note] if {
	some note, amount in {"negative": -1, "zero": 0, "text": "5", "null": null}
	decision := gateway.decision with input as call(["finance"], "refund", {"amount": amount})
	decision == {"action": "deny", "reason": "the amount of a refund has to be a positive number"}
}

test_refund_without_amount_is_denied if {
	gateway.decision.action == "deny" with input as call(["finance"], "refund", {})
}

test_group_that_is_unknown_grants_nothing if {
	gateway.decision.action == "deny" with input as call(["guests"], "get_customer", {"id": 7})
}
