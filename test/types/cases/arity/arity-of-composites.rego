package types.arity_of_composites

p := max([1], {2}, {"a": 3})
