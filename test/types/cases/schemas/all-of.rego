# METADATA
# scope: package
# schemas:
#   - input: {allOf: [{properties: {a: {type: string}}}, {properties: {b: {type: number}}}]}
package types.all_of

a1 if input.a == 1

a2 if input.b == "x"

a3 if input.c
