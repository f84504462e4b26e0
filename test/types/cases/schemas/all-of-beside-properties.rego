# METADATA
# scope: package
# schemas:
#   - input: {type: object, properties: {z: {type: string}}, allOf: [{"$ref": "#/definitions/a"}, {properties: {b: {type: number}}}], definitions: {a: {properties: {a: {type: string}}}}}
package types.all_of_beside_properties

a1 if input == 1
