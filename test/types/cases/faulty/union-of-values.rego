package types.union_of_values

servers := {"a": 1, "b": "two"}

p if servers[_] == true
