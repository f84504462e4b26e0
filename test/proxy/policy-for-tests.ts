// The policy of the request line's tests: each tool's name says what the policy does with it.
export const POLICY: Readonly<Record<string, string>> = {
  'gateway.rego': `package gateway

default decision := {"effect": "deny", "reason": "default"}

decision := {"effect": "allow"} if input.mcp.tool in {"free", "Free"}
decision := {"effect": "allow"} if input.mcp.method in {"initialize", "tools/list", "notifications/cancelled"}
decision := {"effect": "allow"} if input.mcp.kind == "none"
decision := {"effect": "allow", "mask": {"response": ["$..secret"]}} if input.mcp.tool == "masked"
decision := {"effect": "allow", "mask": {"request": ["$.pin", {"path": "$.note", "op": "remove"}]}} if input.mcp.tool == "mask-request"
decision := {"effect": "deny", "reason": "no", "mask": {"request": ["$.pin"]}} if input.mcp.tool == "deny-masked"
decision := {"effect": "approve", "reason": "ask"} if input.mcp.tool == "approve"
decision := {"effect": "maybe"} if input.mcp.tool == "wrong-effect"
decision := {"effect": "allow", "masks": []} if input.mcp.tool == "unknown-key"
decision := {"effect": "allow", "mask": {"response": ["$.a[?(@.b)]"]}} if input.mcp.tool == "wrong-path"
decision := true if input.mcp.tool == "boolean"
decision := {"effect": "allow"} if {
	input.mcp.tool == "conflict"
}
decision := {"effect": "deny"} if {
	input.mcp.tool == "conflict"
}
decision := {"effect": "allow"} if {
	input.mcp.tool == "failing"
	not to_number(input.mcp.arguments.n) == 1
}

decision := {"effect": "allow"} if {
	input.connection == "api"
	"staff" in input.identity.groups
	not input.request.query.deny
	not input.request.path == "/api/masked"
}
decision := {"effect": "allow", "mask": {"response": ["$.secret"]}} if input.request.path == "/api/masked"
`,
  'gateway_test.rego': 'package gateway\n\ndecision := {"effect": "allow"}\n',
  'ignored/readme.txt': 'not a policy',
};
