package types.conversion_functions

p := to_number("1") + to_number(true) + to_number(null)

q := format_int(10, 2)

r := units.parse("1K") + units.parse_bytes("1KB")

s := type_name(to_number(input.x))
