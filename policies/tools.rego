# METADATA
# title: Rules for single tools
# description: Limits on arguments, what needs an approval, and what is masked.
package gateway.tools

# Large refunds are for a human to decide.
approval := "refunds over 500 need an approval" if {
	input.mcp.tool == "refund"
	input.mcp.arguments.amount > 500
}

denials contains "the amount of a refund has to be a positive number" if {
	input.mcp.tool == "refund"
	not positive_amount
}

positive_amount if {
	is_number(input.mcp.arguments.amount)
	input.mcp.arguments.amount > 0
}

# Card numbers are for finance alone.
response_masks contains "$..card_number" if {
	input.mcp.tool == "get_customer"
	not "finance" in input.identity.groups
}

# Notes of the staff are not for the payment system.
request_masks contains {"path": "$.internal_note", "with": "remove"} if input.mcp.tool == "refund"
