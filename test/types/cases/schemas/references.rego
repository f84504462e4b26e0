# METADATA
# scope: package
# schemas:
#   - input: {type: object, properties: {x: {"$ref": "#/definitions/l"}, y: {"$ref": "#/definitions/l"}}, definitions: {l: {type: object, properties: {v: {type: number}}}}}
package types.references

a1 if input.x.v == "x"

a2 if input.y.w

a3 if input == 1
