package types.recursive_data_shape

p if {
	node := input.tree
	node.children[_].children[_].name == node.name
}
