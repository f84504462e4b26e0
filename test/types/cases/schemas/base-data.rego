package types.base_data

# METADATA
# schemas:
#   - data.acl: {type: object, properties: {alice: {type: array}}}
p if data.acl.bob[0] == 1
