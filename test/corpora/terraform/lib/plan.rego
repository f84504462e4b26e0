# METADATA
# title: Terraform plan
# description: |
#   Access to the resource changes of a plan, as `terraform show -json` prints it.
# authors:
# - name: Ada Example
#   email: ada@example.com
# organizations:
# - Example Org
# related_resources:
# - ref: https://developer.hashicorp.com/terraform/internals/json-format
#   description: format of plans
package lib.plan

import rego.v1

# all changes, by address
changes[address] := change if {
	some change in input.resource_changes
	address := change.address
}

# METADATA
# scope: document
# description: resources of a type that are created or updated
resources(type) := [r |
	some r in input.resource_changes
	r.type == type
	some action in r.change.actions
	action in {"create", "update"}
]

is_create(r) if r.change.actions == ["create"]

is_delete(r) if {
	r.change.actions[_] == "delete"
	not is_create(r)
}

is_update(r) if "update" in r.change.actions

after(r) := r.change.after

default after_unknown(_, _) := false

after_unknown(r, key) := r.change.after_unknown[key]

# every value with its path
leaves[path] := value if {
	walk(input.planned_values, [path, value])
	not is_object(value)
	not is_array(value)
}

modules contains object.get(r, "module_address", "root") if some r in input.resource_changes

tag_of(r, name, fallback) := value if {
	value := object.get(r, ["change", "after", "tags", name], fallback)
} else := fallback

summary := {
	"create": count([1 | some r in input.resource_changes; is_create(r)]),
	"delete": count([1 | some r in input.resource_changes; is_delete(r)]),   # with replacements
	"update": count({r.address | some r in input.resource_changes; is_update(r)}),
}
