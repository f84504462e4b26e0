package types.invalid_type_name

# METADATA
# schemas:
#   - input: {type: text}
p if input
