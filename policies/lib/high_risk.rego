# METADATA
# title: High risk
# description: >-
#   What is dangerous wherever it comes. Texts are looked for at any depth of a call's arguments. Patterns are a net with holes: they catch accidents and
#   crude attacks, and stand behind roles and rules on arguments, not in their place.
package lib.high_risk

# Each has a pattern of RE2 for texts, and what comes of it.
patterns := object.union(builtin_patterns, object.get(data.tables, ["high_risk", "patterns"], {}))

builtin_patterns := {
	"a change of a database's structure": {
		"pattern": `(?i)\b(?:drop|truncate|alter)\s+(?:table|database|schema|index|view)\b`,
		"action": "deny",
	},
	"a change of all rows": {
		"pattern": `(?i)^\s*(?:delete\s+from\s+\S+|update\s+\S+\s+set\s+[^;]*)\s*;?\s*$`,
		"action": "approve",
	},
	"a destructive command": {
		"pattern": `(?:\brm\s+-[a-zA-Z]*[rf]|\bmkfs\b|\bdd\s+if=|>\s*/dev/sd|:\(\)\s*\{\s*:\|:&\s*\};:)`,
		"action": "deny",
	},
	"code from the network": {
		"pattern": `(?i)\b(?:curl|wget)\b[^|;]*\|\s*(?:sudo\s+)?(?:ba|z|da)?sh\b`,
		"action": "deny",
	},
	"a path out of its folder": {
		"pattern": `(?i)(?:^|[/\\])\.\.(?:[/\\]|$)|%2e%2e(?:%2f|/|\\)`,
		"action": "deny",
	},
	"a file of credentials": {
		"pattern": `(?:/etc/(?:passwd|shadow|sudoers)|\.ssh/|\.aws/credentials|\.kube/config|(?:^|/)\.env(?:\.\w+)?$)`,
		"action": "deny",
	},
	"an address inside": {
		"pattern": `(?i)(?:https?|gopher|ftp)://(?:[^/@\s]*@)?(?:localhost|127\.|10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|169\.254\.|\[?::1\]?|\[?f[cd]|metadata\.google\.internal)|\bfile://`,
		"action": "deny",
	},
}

# Tools whose names say that something will be gone.
destructive_tool := `(?i)(?:^|[_.-])(?:delete|drop|remove|destroy|purge|wipe|truncate|terminate|revoke|shutdown)(?:$|[_.-])`

found contains name if {
	input.mcp.method == "tools/call"
	walk(input.mcp.arguments, [_, value])
	is_string(value)
	some name, rule in patterns
	regex.match(rule.pattern, value)
}

# A name of an argument is a text too.
found contains name if {
	input.mcp.method == "tools/call"
	walk(input.mcp.arguments, [path, _])
	some key in path
	is_string(key)
	some name, rule in patterns
	regex.match(rule.pattern, key)
}

denials contains sprintf("the arguments hold %s", [name]) if {
	some name in found
	patterns[name].action == "deny"
}

approvals contains sprintf("the arguments hold %s", [name]) if {
	some name in found
	patterns[name].action == "approve"
}

approvals contains sprintf("%s is destructive", [input.mcp.tool]) if {
	input.mcp.method == "tools/call"
	regex.match(destructive_tool, input.mcp.tool)
	not input.mcp.tool in object.get(data.tables, ["high_risk", "harmless"], [])
}
