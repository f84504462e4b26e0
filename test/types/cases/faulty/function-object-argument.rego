package types.function_object_argument

name({"first": f, "last": l}) := concat(" ", [f, l])

p := name({"first": "a"})
