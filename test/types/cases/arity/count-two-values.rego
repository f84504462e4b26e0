package types.count_two_values

p := count([1], 2, 3)
