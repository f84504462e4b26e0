package types.with_mock_argument_type

p if upper("a") == "A" with upper as count_it

count_it(x) := x + 1
