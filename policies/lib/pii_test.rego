package lib.pii_test

import data.lib.pii

table := {
	"get_customer": {"readers": ["finance"], "masks": ["$..card", {"path": "$..mail", "with": "hash"}]},
	"*": {"readers": ["privacy"], "detect": ["iban", "us_ssn"], "with": "last4"},
	"notes": {"detect": ["email"]},
}

call(groups, tool) := {"identity": {"groups": groups}, "mcp": {"method": "tools/call", "tool": tool}}

everywhere := {"detect": ["iban", "us_ssn"], "with": "last4"}

test_masks[note] if {
	some note, [groups, tool, expected] in {
		"of a tool and of all": [["support"], "get_customer", {"$..card", {"path": "$..mail", "with": "hash"}, everywhere}],
		"not of a tool for its readers": [["finance"], "get_customer", {everywhere}],
		"not of all for their readers": [["privacy", "finance"], "get_customer", set()],
		"of a tool without rules": [["support"], "other", {everywhere}],
		"that nobody reads": [["privacy"], "notes", {{"detect": ["email"], "with": "redact"}}],
	}
	masks := pii.masks with input as call(groups, tool) with data.tables.pii as table
	{mask | some mask in masks} == expected
}

test_only_calls_are_masked if {
	pii.masks == [] with input as {"identity": {"groups": []}, "mcp": {"method": "tools/list", "tool": null}}
		with data.tables.pii as table
}
