package types.through_local

# METADATA
# schemas:
#   - input: {type: object, properties: {request: {type: object, properties: {method: {type: string}, path: {type: array, items: {type: string}}}}}}
p if {
	r := input.request
	r.method == "GET"
	r.path[0] == "a"
	r.path.x
}

q if input.request.verb
