package types.all_of_untyped_part

# METADATA
# schemas:
#   - input: {allOf: [{type: string}, {minLength: 3}]}
p if input == 1
