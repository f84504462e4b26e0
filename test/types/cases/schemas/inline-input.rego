package types.inline_input

# METADATA
# schemas:
#   - input: {type: object, properties: {user: {type: string}, groups: {type: array, items: {type: string}}}}
p if {
	input.usr == "alice"
	input.groups[_] == 3
}
