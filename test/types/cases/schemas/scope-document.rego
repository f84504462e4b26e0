package types.scope_document

# METADATA
# scope: document
# schemas:
#   - input: {type: object, properties: {a: {type: string}}}
p if input.a == "x"

p if input.b == "x"

q if input.b
