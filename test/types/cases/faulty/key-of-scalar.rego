package types.key_of_scalar

version := 3

ok if version.major == 3
