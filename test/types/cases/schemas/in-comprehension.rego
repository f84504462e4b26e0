package types.in_comprehension

# METADATA
# schemas:
#   - input: {type: object, properties: {xs: {type: array, items: {type: object, properties: {n: {type: number}}}}}}
p if {
	names := [x.name | some x in input.xs]
	every x in input.xs { x.n == 1 }
	names[0] == "a"
}
