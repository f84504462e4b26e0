# METADATA
# scope: package
# schemas:
#   - input: {anyOf: [{"$ref": "#/definitions/x"}, {type: string}, {type: array, items: [{type: string}, {type: number}]}], definitions: {x: {type: object, properties: {a: {type: string}}}}}
package types.any_of

a1 if input == 1

a2 if input.a == 1

a3 if input.b

a4 if upper(input)
