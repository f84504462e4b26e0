package types.format_int_order

p := format_int("10", 8)
