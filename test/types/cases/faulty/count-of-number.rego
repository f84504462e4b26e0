package types.count_of_number

p if count(input.groups) > count(3)
