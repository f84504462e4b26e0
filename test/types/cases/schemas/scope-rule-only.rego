package types.scope_rule_only

# METADATA
# schemas:
#   - input: {type: object, properties: {a: {type: string}}}
p if input.a == 1

q if input.a == 1
