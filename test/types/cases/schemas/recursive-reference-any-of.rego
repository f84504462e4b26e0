# METADATA
# scope: package
# schemas:
#   - input: {"$ref": "#/definitions/b", definitions: {b: {anyOf: [{type: string}, {type: array, items: {"$ref": "#/definitions/b"}}]}}}
package types.recursive_reference_any_of

a1 if input == 1

a2 if input[0] == 1

a3 if input[0][1] == "x"
