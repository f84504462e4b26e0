package types.set_difference_with_number

p := {1} - {"a"} - "b"
