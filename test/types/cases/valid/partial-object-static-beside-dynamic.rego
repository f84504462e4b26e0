package types.partial_object_static_beside_dynamic

conf.timeout := 5

conf[key] := value if some key, value in input.conf

p if conf.timeout == 5

q if conf.other == "x"
