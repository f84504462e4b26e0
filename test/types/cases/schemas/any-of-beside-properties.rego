# METADATA
# scope: package
# schemas:
#   - input: {type: object, properties: {z: {type: string}}, anyOf: [{properties: {a: {type: string}}}, {properties: {b: {type: number}}}]}
package types.any_of_beside_properties

a1 if input == 1

a2 if input.a == 1

a3 if input.b == "x"

a4 if input.c == "x"

a5 if input.z == 1
