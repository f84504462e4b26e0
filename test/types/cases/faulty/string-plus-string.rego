package types.string_plus_string

full := input.first + " name"
