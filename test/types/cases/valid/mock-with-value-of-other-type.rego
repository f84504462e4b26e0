package types.mock_with_value_of_other_type

p if time.now_ns() == 1 with time.now_ns as "now"

q if input.x == "y" with input as {"x": "y"}

r if data.z == 1 with data.z as 1 with input.q as {1, 2}
