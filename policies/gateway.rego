# METADATA
# title: The gate's decision
# description: Default deny; who may do what comes from roles.rego and tools.rego.
package gateway

import data.gateway.roles
import data.gateway.tools

default decision := {"action": "deny", "reason": "no rule allows this"}

decision := {"action": "deny", "reason": concat("; ", sort(denials))} if {
	count(denials) > 0
} else := {"action": "approve", "reason": tools.approval} if {
	allowed
	tools.approval
} else := {"action": "allow", "mask": masks} if {
	allowed
}

# Anybody whose token is good may talk to a server: find out what it is, and what it offers.
allowed if input.mcp.method in {"initialize", "ping", "server/discover", "tools/list", "prompts/list", "resources/list"}

allowed if input.mcp.kind == "notification"

# A legacy client's event stream, and the end of its session.
allowed if {
	input.mcp.kind == "none"
	input.request.method in {"GET", "DELETE"}
}

allowed if {
	input.mcp.method == "tools/call"
	input.mcp.tool in roles.tools
}

denials contains reason if some reason in tools.denials

masks := {"request": request_masks, "response": response_masks}

request_masks := [mask | some mask in tools.request_masks]

response_masks := [mask | some mask in tools.response_masks]
