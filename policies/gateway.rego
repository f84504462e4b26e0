# METADATA
# title: The gate's decision
# description: >-
#   Default deny. A denial of any rule denies; then a wish for an approval asks for it; then a permission allows.
package gateway

import data.lib.arguments
import data.lib.high_risk
import data.lib.hours
import data.lib.pii
import data.lib.rbac

default decision := {"action": "deny", "reason": "no rule allows this"}

decision := {"action": "deny", "reason": concat("; ", sort(denials))} if {
	count(denials) > 0
} else := object.union({"action": "approve", "mask": masks}, approvals[0]) if {
	allowed
	count(approvals) > 0
} else := {"action": "allow", "mask": masks} if {
	allowed
}

# Anybody whose token is good may talk to a server: find out what it is, and what it offers. Lists show what the rules below permit.
open_methods := {
	"initialize",
	"ping",
	"server/discover",
	"tools/list",
	"prompts/list",
	"resources/list",
	"resources/templates/list",
}

allowed if input.mcp.method in open_methods

allowed if input.mcp.kind in {"notification", "response"}

# A legacy client's event stream, and the end of its session.
allowed if {
	input.mcp.kind == "none"
	input.request.method in {"GET", "DELETE"}
}

allowed if rbac.permitted

allowed if rbac.subscribed

denials := (arguments.denials | high_risk.denials) | hours.denials

# The first is asked for: terms that name approvers before those that leave them to the gate.
approvals := array.concat(
	[terms | some terms in tool_approvals],
	[{"reason": reason} | some reason in high_risk.approvals],
)

tool_approvals contains {"reason": reason, "approval": approval} if {
	rule := data.tables.approvals[input.mcp.tool]
	input.mcp.arguments[rule.argument] > rule.above
	reason := sprintf("%s with %s above %v needs an approval", [input.mcp.tool, rule.argument, rule.above])
	approval := object.union({"reason": reason}, object.filter(rule, ["approvers", "required", "expires_in"]))
}

masks := {"request": request_masks, "response": pii.masks}

request_masks := [{"path": path, "with": "remove"} | some path in data.tables.withheld[input.mcp.tool]]
