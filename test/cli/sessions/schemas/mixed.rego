package mixed

# METADATA
# schemas:
#   - input: schema.in
p if input.x + 1

# METADATA
# schemas:
#   - input: schema.sub.b
q if upper(input.y)

# METADATA
# schemas:
#   - input: schema["my-schema.v2"]
r if input.x + 1
