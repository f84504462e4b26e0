package types.numeric_string_conversion

p if to_number(split("1,2", ",")[0]) == 1
