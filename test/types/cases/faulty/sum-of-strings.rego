package types.sum_of_strings

total := sum(["1", "2"])
