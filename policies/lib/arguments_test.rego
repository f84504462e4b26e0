package lib.arguments_test

import data.lib.arguments

table := {"pay": {
	"amount": {"type": "number", "required": true, "above": 0, "at_most": 100},
	"count": {"at_least": 2},
	"to": {"type": "string", "matches": "[A-Z]{2}\\d+", "max_length": 5},
	"currency": {"one_of": ["EUR", "USD"]},
	"*": {"only_known": true},
}}

denials(args) := reasons if {
	reasons := arguments.denials with input as {"phase": "request", "mcp": {"tool": "pay", "arguments": args}}
		with data.tables.arguments as table
}

test_fine[note] if {
	some note, args in {
		"the least": {"amount": 0.5},
		"the most": {"amount": 100, "count": 2, "to": "DE123", "currency": "EUR"},
	}
	denials(args) == set()
}

test_denied[note] if {
	some note, [args, reason] in {
		"nothing": [{}, "the argument amount is missing"],
		"no object": [null, "the argument amount is missing"],
		"another type": [{"amount": "5"}, "the argument amount has to be of type number"],
		"null": [{"amount": null}, "the argument amount has to be of type number"],
		"too little": [{"amount": 0}, "the argument amount has to be above 0"],
		"too much": [{"amount": 101}, "the argument amount has to be at most 100"],
		"too few": [{"amount": 5, "count": 1}, "the argument count has to be at least 2"],
		"too long": [{"amount": 5, "to": "DE1234"}, "the argument to is longer than 5 characters"],
		"another form": [{"amount": 5, "to": "xDE1"}, "the argument to has another form"],
		"another line": [{"amount": 5, "to": "DE1\nx"}, "the argument to has another form"],
		"another choice": [{"amount": 5, "currency": "GBP"}, "the argument currency is none of those that are possible"],
		"unknown": [{"amount": 5, "more": 1}, "the argument more is not known"],
	}
	denials(args) == {reason}
}

test_a_tool_without_rules_has_no_denials if {
	arguments.denials == set() with input as {"phase": "request", "mcp": {"tool": "other", "arguments": {"a": 1}}}
		with data.tables.arguments as table
}

test_unknown_arguments_pass_where_the_table_does_not_close if {
	open_table := {"pay": {"amount": {"required": true}}}
	arguments.denials == set() with input as {"phase": "request", "mcp": {"tool": "pay", "arguments": {"amount": 1, "more": 1}}}
		with data.tables.arguments as open_table
}

test_lists_are_not_checked if {
	arguments.denials == set() with input as {"phase": "list", "mcp": {"tool": "pay", "arguments": null}}
		with data.tables.arguments as table
}
