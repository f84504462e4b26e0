package types.with_replaced_input

# METADATA
# schemas:
#   - input: {type: object, properties: {a: {type: number}}}
p if input.b == 1 with input as {"b": 1}
