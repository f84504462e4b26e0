package types.part_of_input

# METADATA
# schemas:
#   - input.user: {type: object, properties: {name: {type: string}}}
p if {
	input.user.age > 3
	input.anything.else
}
