package types.object_union_n_of_strings

p := object.union_n(["a"])
