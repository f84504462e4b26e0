package types.comparison_of_any_types

p if 1 < "a"

q if [1] > {"a": 1}

r if input.x >= input.y

s if null != false
