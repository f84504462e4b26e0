package types.object_get_of_array

p := object.get([1], 0, "x")
