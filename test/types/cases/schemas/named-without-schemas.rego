package types.named_without_schemas

# METADATA
# schemas:
#   - input: schema.request
p if input.anything
