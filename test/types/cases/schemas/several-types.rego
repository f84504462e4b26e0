# METADATA
# scope: package
# schemas:
#   - input: {type: object, properties: {a: {type: [string, "null"]}, b: {type: ["null", array]}, c: {type: [number, string, boolean]}}}
package types.several_types

a1 if input.a == 1

a2 if input.b == "x"

a3 if input.c == 1
