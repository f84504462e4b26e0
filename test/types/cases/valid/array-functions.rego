package types.array_functions

p := array.concat([1], ["a"])[1]

q := array.slice([1, 2, 3], 0, 2)

r := array.reverse(input.xs)

s := array.flatten([1, [2]])
