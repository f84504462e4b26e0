# METADATA
# title: Roles
# description: Which tools the caller's groups may call; the table is data, in gateway/data.yaml.
package gateway.roles

# The tools of all groups of the caller.
tools contains tool if {
	some group in input.identity.groups
	some tool in data.gateway.grants[group]
}
