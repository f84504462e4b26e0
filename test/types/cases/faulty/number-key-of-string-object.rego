package types.number_key_of_string_object

roles := {"a": 1}

p if roles[1]
