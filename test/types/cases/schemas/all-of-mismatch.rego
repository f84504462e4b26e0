package types.all_of_mismatch

# METADATA
# schemas:
#   - input: {allOf: [{type: string}, {type: number}]}
p if input == 1
