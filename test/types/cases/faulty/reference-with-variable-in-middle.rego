package types.reference_with_variable_in_middle

servers := {"a": {"ports": [1, 2]}, "b": {"ports": [3]}}

p if servers[_].ports[_] == "x"
