package types.types_functions

p if is_string(1)

q if is_array({})

r if type_name(null) == "null"
