package types.nested_partial_objects

tree.left.left := 1

tree.left.right := "a"

tree[side].size := 3 if some side in ["left", "right"]

p if tree.left.left == 1

q if tree.left.size == 3
