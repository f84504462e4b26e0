package types.negative_numbers_and_calls

p := -1 * -2

q := abs(-3.5)

r if -1 == 0 - 1
