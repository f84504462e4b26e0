package types.set_of_sets

p := union({{1}, 2})
