package types.function_pattern_scalar

kind("user") := 1

kind("group") := 2

p := kind(3)
