# METADATA
# scope: package
# schemas:
#   - input: {type: object, properties: {a: {type: string}}}
package types.scope_package

p if input.a == 1

q if input.c
