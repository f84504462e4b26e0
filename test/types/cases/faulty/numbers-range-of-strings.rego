package types.numbers_range_of_strings

p := numbers.range("1", "3")
