// The policy of the request line's tests: each tool's name says what the policy does with it.
export const POLICY: Readonly<Record<string, string>> = {
  'gateway.rego': `package gateway

default decision := {"action": "deny", "reason": "default"}

decision := {"action": "allow"} if input.mcp.tool in {"free", "Free"}
decision := {"action": "allow"} if input.mcp.method in {"initialize", "tools/list", "notifications/initialized"}
decision := {"action": "allow"} if input.mcp.kind == "none"
decision := {"action": "allow", "mask": {"response": ["$..secret"]}} if input.mcp.tool == "masked"
decision := {"action": "allow", "mask": {"request": ["$.pin", {"path": "$.note", "with": "remove"}]}} if input.mcp.tool == "mask-request"
decision := {"action": "deny", "reason": "no", "mask": {"request": ["$.pin"]}} if input.mcp.tool == "deny-masked"
decision := {"action": "allow", "mask": {"request": [{"path": "$", "with": "remove"}]}} if input.mcp.tool == "mask-all"
decision := {"action": "allow", "mask": {"response": ["$.resources[*].secret"]}} if input.mcp.method == "resources/list"
decision := {"action": "allow"} if input.mcp.method in {"prompts/list", "resources/templates/list", "subscriptions/listen"}
decision := {"action": "allow"} if {
	input.phase == "list"
	input.request.body == null
	some name in ["resource", "prompt"]
	is_string(input.mcp[name])
	startswith(input.mcp[name], "a:")
}
decision := {"action": "allow", "mask": {"response": [{"detect": "all"}]}} if input.mcp.tool == "detect"
decision := {"action": "allow", "mask": {"response": ["$.secret"]}} if {
	input.mcp.method == "resources/read"
	input.phase == "request"
}
decision := {"action": "allow", "response_phase": true} if {
	input.mcp.tool == "judged"
	input.phase == "request"
}
decision := judgement if {
	input.mcp.tool == "judged"
	input.phase == "response"
}
judgement := {"action": "deny", "reason": "too many rows"} if {
	count(input.response.body.result.structuredContent.rows) > 2
} else := {"action": "allow", "mask": {"response": ["$.rows[*].pin"]}} if input.response.status == 200
decision := {"action": "allow", "headers": {"x-team": "staff", "x-forwarded-user": input.identity.subject}} if input.mcp.tool == "headers"
decision := {"action": "allow", "tags": ["pii"], "mask": {"log": [
	{"path": "$..pin", "with": "remove"},
	{"path": "$.input.mcp.arguments.card", "with": "last4"},
	{"path": "$.input.request.body.params.arguments.mail", "with": "hash"},
]}} if input.mcp.tool == "mask-log"
decision := {"action": "allow", "mask": {"log": [{"path": "$.input.mcp.arguments", "with": "remove"}]}} if input.mcp.tool == "mask-log-whole"
decision := {"action": "approve", "reason": "ask"} if input.mcp.tool == "approve"
decision := {"action": "maybe"} if input.mcp.tool == "wrong-action"
decision := {"action": "allow", "masks": []} if input.mcp.tool == "unknown-key"
decision := {"action": "allow", "mask": {"response": ["$.a[?(@.b)]"]}} if input.mcp.tool == "wrong-path"
decision := true if input.mcp.tool == "boolean"
decision := {"action": "allow"} if {
	input.mcp.tool == "slow"
	some one in input.mcp.arguments.words
	some other in input.mcp.arguments.words
	some third in input.mcp.arguments.words
	one != other
	other != third
	endswith(one, third)
	third != one
}
decision := {"action": "allow"} if {
	input.mcp.tool == "conflict"
}
decision := {"action": "deny"} if {
	input.mcp.tool == "conflict"
}
decision := {"action": "allow"} if {
	input.mcp.tool == "failing"
	not to_number(input.mcp.arguments.n) == 1
}

decision := {"action": "allow"} if {
	input.connection == "api"
	"staff" in input.identity.groups
	not input.request.query.deny
	not input.request.path in {"/api/masked", "/api/detected"}
}
decision := {"action": "allow", "mask": {"response": ["$.secret"]}} if input.request.path == "/api/masked"
decision := {"action": "allow", "mask": {"response": [{"detect": "all"}]}} if input.request.path == "/api/detected"
`,
  'gateway_test.rego': 'package gateway\n\ndecision := {"action": "allow"}\n',
  'ignored/readme.txt': 'not a policy',
};
