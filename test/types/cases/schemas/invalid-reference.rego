package types.invalid_reference

# METADATA
# schemas:
#   - input: {type: object, properties: {a: {"$ref": "#/definitions/missing"}}}
p if input.a
