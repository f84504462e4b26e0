# METADATA
# title: Personal data
# description: >-
#   What is masked for those who need not see it. `data.tables.pii` has, for each tool (or `*`): `readers`, the groups that see it all; `masks`, as
#   they stand in a decision; `detect`, names of detectors, and `with`, what is left of what they find.
package lib.pii

masks := [mask | some mask in wanted]

wanted contains mask if {
	some rule in rules
	some mask in rule.masks
}

wanted contains {"detect": rule.detect, "with": object.get(rule, "with", "redact")} if {
	some rule in rules
}

# Those for this tool whose readers the caller is not one of.
rules contains rule if {
	input.mcp.method == "tools/call"
	some name in [input.mcp.tool, "*"]
	rule := data.tables.pii[name]
	not reads(rule)
}

reads(rule) if {
	some group in rule.readers
	group in input.identity.groups
}
