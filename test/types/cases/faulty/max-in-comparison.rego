package types.max_in_comparison

p if max([1, 2]) + "1" == 2
