# METADATA
# scope: package
# schemas:
#   - input: {type: object, properties: {a: {type: string}}, additionalProperties: {type: number}}
package types.additional_properties

a1 if input.z == "x"

a2 if input.a == 1
