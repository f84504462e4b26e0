package types.equality_of_tuples

p if [1, 2] == [1]
