package types.inline_input_valid

# METADATA
# schemas:
#   - input: {type: object, properties: {user: {type: string}, groups: {type: array, items: {type: string}}}}
p if {
	input.user == "alice"
	upper(input.groups[_]) == "A"
}
