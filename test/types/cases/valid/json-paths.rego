package types.json_paths

p := json.filter({"a": {"b": 1}}, ["a/b"])

q := json.remove({"a": 1}, {"a", ["b", "c"]})

r := json.filter(input.doc, input.paths)
