package types.encoding_functions

p := json.unmarshal("{}").a.b

q := base64.decode(base64.encode("a"))

r := urlquery.encode_object({"a": ["b"], "c": {"d"}, "e": "f"})

s := yaml.unmarshal("a: 1").a + 1

t := hex.encode("a")
