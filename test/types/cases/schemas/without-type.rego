# METADATA
# scope: package
# schemas:
#   - input: {properties: {a: {properties: {b: {items: {type: string}}}}}}
package types.without_type

a1 if input.a.b == 1

a2 if input.a.b[0] == 1

a3 if input.a.b.c == 1
