# METADATA
# scope: package
# schemas:
#   - input: {type: object, properties: {a: {type: string}, b: {type: string}}}
package types.scopes_override

# METADATA
# scope: rule
# schemas:
#   - input.a: {type: number}
p if input.a == "x"

# METADATA
# scope: rule
# schemas:
#   - input: {type: object, properties: {z: {type: number}}}
q if input.a

r if input.b == 1
