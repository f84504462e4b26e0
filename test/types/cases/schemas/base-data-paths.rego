package types.base_data_paths

# METADATA
# schemas:
#   - data.x.y: {type: boolean}
#   - data.x.z: {type: string}
p if {
	data.x.y == 1
	data.x.z == 1
	data.x.w == 1
	data.v == 1
}
