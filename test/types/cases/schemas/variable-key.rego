package types.variable_key

# METADATA
# schemas:
#   - input: {type: object, properties: {a: {type: number}, b: {type: string}}}
p if {
	some k
	input[k] == true
}

# METADATA
# schemas:
#   - input: {type: object, properties: {a: {type: number}, b: {type: string}}}
q if {
	some k in [1, 2]
	input[k]
}
