package types.default_value

default allow := false

allow := "yes" if input.x

p if allow == 1
