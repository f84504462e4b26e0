package types.default_and_value

default n := 0

n := input.count if input.count > 0

p if n == "anything"
